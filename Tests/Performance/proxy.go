// The measure that the gateway is held to: Go's own reverse proxy with a key check and nothing else.
package main

import (
	"crypto/subtle"
	"flag"
	"io"
	"log"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"time"
)

const keyHeader = "X-Meeting-Baas-Api-Key"

// What a caller's request may tell the upstream.
var allowed = []string{"Accept", "Accept-Encoding", "Accept-Language", "Content-Type", "If-None-Match", "Traceparent"}

// Without it the proxy makes 32 KiB of garbage a reply.
type buffers struct{ sync.Pool }

func (b *buffers) Get() []byte  { return *b.Pool.Get().(*[]byte) }
func (b *buffers) Put(s []byte) { b.Pool.Put(&s) }

func main() {
	listen := flag.String("listen", "127.0.0.1:8081", "address to listen on")
	upstream := flag.String("upstream", "http://127.0.0.1:8082", "where requests go")
	key := flag.String("key", "", "the key that callers must bear")
	upstreamKey := flag.String("upstream-key", "", "the key that the upstream gets")
	flag.Parse()
	target, err := url.Parse(*upstream)
	if err != nil || *key == "" {
		log.Fatal("-upstream must be a URL and -key must be given")
	}
	proxy := &httputil.ReverseProxy{
		Director: func(r *http.Request) {
			headers := http.Header{"User-Agent": nil, "X-Forwarded-For": nil, keyHeader: {*upstreamKey}}
			for _, name := range allowed {
				if values := r.Header[name]; values != nil {
					headers[name] = values
				}
			}
			r.Header, r.Host = headers, target.Host
			r.URL.Scheme, r.URL.Host = target.Scheme, target.Host
		},
		Transport: &http.Transport{
			MaxIdleConnsPerHost: 1024, IdleConnTimeout: 90 * time.Second, DisableCompression: true,
		},
		BufferPool: &buffers{sync.Pool{New: func() any { s := make([]byte, 32<<10); return &s }}},
		ErrorLog:   log.New(io.Discard, "", 0),
	}
	log.Fatal(http.ListenAndServe(*listen, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		given := r.Header.Get(keyHeader)
		if given == "" {
			given = strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
		}
		if subtle.ConstantTimeCompare([]byte(given), []byte(*key)) != 1 {
			http.Error(w, `{"success":false,"error":"Forbidden","statusCode":403}`, http.StatusForbidden)
			return
		}
		proxy.ServeHTTP(w, r)
	})))
}
