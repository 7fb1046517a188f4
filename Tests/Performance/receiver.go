// A fast receiver of deliveries: keeps in memory which mark came when, and answers 200.
//
//	/hooks/NAME     at once
//	/after/MS/NAME  after so many milliseconds
//	/gate/NAME      once somebody has asked /_open
//
// /_stats tells counts and the first and last arrival, /_arrivals a line for each ("path mark nanoseconds", only first
// arrivals), /_reset forgets all of it and closes the gate. Times are CLOCK_MONOTONIC when the head had been read.
package main

import (
	"bufio"
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"flag"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

type arrival struct {
	path, mark string
	at         int64
}

type stats struct {
	Unique int `json:"unique"`
	// The same mark at the same path again.
	Repeated int `json:"repeated"`
	// Without the headers of Standard Webhooks.
	Unsigned int `json:"unsigned"`
	// Not sent by the benchmark: the gateway's own events.
	Unmarked int   `json:"unmarked"`
	Bytes    int64 `json:"bytes"`
	First    int64 `json:"first"`
	Last     int64 `json:"last"`
	// Since the start, not since /_reset.
	Connections int64 `json:"connections"`
}

type receiver struct {
	sync.Mutex
	stats       stats
	seen        map[string]struct{}
	arrivals    []arrival
	gate        chan struct{}
	isOpen      bool
	connections int64
	bodies      sync.Pool
}

func (r *receiver) reset() {
	r.Lock()
	defer r.Unlock()
	r.stats, r.seen, r.arrivals = stats{}, map[string]struct{}{}, nil
	r.gate, r.isOpen = make(chan struct{}), false
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	at := monotonic()
	path := request.URL.Path
	if strings.HasPrefix(path, "/_") {
		r.control(w, path)
		return
	}
	body := r.bodies.Get().(*bytes.Buffer)
	defer r.bodies.Put(body)
	body.Reset()
	if _, err := body.ReadFrom(io.LimitReader(request.Body, 1<<20)); err != nil {
		return
	}
	signed := request.Header.Get("Webhook-Id") != "" && request.Header.Get("Webhook-Timestamp") != "" &&
		strings.HasPrefix(request.Header.Get("Webhook-Signature"), "v1,")
	gate := r.note(path, mark(body.Bytes()), at, body.Len(), signed)
	switch parts := strings.SplitN(path, "/", 4); parts[1] {
	case "after":
		if milliseconds, err := strconv.Atoi(parts[2]); err == nil {
			time.Sleep(time.Duration(milliseconds) * time.Millisecond)
		}
	case "gate":
		select {
		case <-gate:
		case <-request.Context().Done():
		}
	}
	w.WriteHeader(http.StatusOK)
}

// What stands after `"mark":` in the body; its place in the body is the gateway's affair.
func mark(body []byte) string {
	_, rest, found := bytes.Cut(body, []byte(`"mark":"`))
	end := bytes.IndexByte(rest, '"')
	if !found || end < 0 {
		return ""
	}
	return string(rest[:end])
}

func (r *receiver) note(path, mark string, at int64, size int, signed bool) chan struct{} {
	r.Lock()
	defer r.Unlock()
	if !signed {
		r.stats.Unsigned++
	}
	if mark == "" {
		r.stats.Unmarked++
		return r.gate
	}
	key := path + " " + mark
	if _, known := r.seen[key]; known {
		r.stats.Repeated++
		return r.gate
	}
	r.seen[key] = struct{}{}
	r.arrivals = append(r.arrivals, arrival{path, mark, at})
	r.stats.Unique++
	r.stats.Bytes += int64(size)
	if r.stats.First == 0 || at < r.stats.First {
		r.stats.First = at
	}
	if at > r.stats.Last {
		r.stats.Last = at
	}
	return r.gate
}

func (r *receiver) control(w http.ResponseWriter, path string) {
	switch path {
	case "/_stats":
		r.Lock()
		now := r.stats
		r.Unlock()
		now.Connections = atomic.LoadInt64(&r.connections)
		json.NewEncoder(w).Encode(now)
	case "/_arrivals":
		r.Lock()
		now := r.arrivals[:len(r.arrivals):len(r.arrivals)]
		r.Unlock()
		out := bufio.NewWriterSize(w, 1<<16)
		for _, a := range now {
			fmt.Fprintf(out, "%s %s %d\n", a.path, a.mark, a.at)
		}
		out.Flush()
	case "/_reset":
		r.reset()
	case "/_open":
		r.Lock()
		if !r.isOpen {
			close(r.gate)
			r.isOpen = true
		}
		r.Unlock()
	default:
		http.NotFound(w, nil)
	}
}

// A CA made for this run alone, and a certificate of it for loopback; the CA's key is kept nowhere.
func certificate(caFile string) tls.Certificate {
	caKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	check(err)
	now := time.Now()
	ca := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Benchmark of delivery"},
		NotBefore: now.Add(-time.Hour), NotAfter: now.Add(24 * time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	caBytes, err := x509.CreateCertificate(rand.Reader, ca, ca, &caKey.PublicKey, caKey)
	check(err)
	check(os.WriteFile(caFile, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: caBytes}), 0o644))
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	check(err)
	leaf := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "localhost"},
		NotBefore: ca.NotBefore, NotAfter: ca.NotAfter, KeyUsage: x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		DNSNames:    []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	leafBytes, err := x509.CreateCertificate(rand.Reader, leaf, ca, &key.PublicKey, caKey)
	check(err)
	return tls.Certificate{Certificate: [][]byte{leafBytes}, PrivateKey: key}
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func main() {
	listen := flag.String("listen", "127.0.0.1:8083", "addresses to listen on, comma-separated")
	tlsListen := flag.String("tls-listen", "", "address to listen on with TLS as well")
	caFile := flag.String("ca", "ca.pem", "where the certificate of TLS's CA is written")
	flag.Parse()
	r := &receiver{bodies: sync.Pool{New: func() any { return new(bytes.Buffer) }}}
	r.reset()
	server := &http.Server{
		Handler: r, ErrorLog: log.New(io.Discard, "", 0),
		// HTTP/1.1 over TLS too, as the gateway asks for it.
		TLSNextProto: map[string]func(*http.Server, *tls.Conn, http.Handler){},
		ConnState: func(_ net.Conn, state http.ConnState) {
			if state == http.StateNew {
				atomic.AddInt64(&r.connections, 1)
			}
		},
	}
	if *tlsListen != "" {
		listener, err := net.Listen("tcp", *tlsListen)
		check(err)
		config := &tls.Config{Certificates: []tls.Certificate{certificate(*caFile)}}
		go func() { check(server.Serve(tls.NewListener(listener, config))) }()
	}
	for _, address := range strings.Split(*listen, ",") {
		listener, err := net.Listen("tcp", address)
		check(err)
		go func() { check(server.Serve(listener)) }()
	}
	select {}
}
