// Sends webhooks as Meeting BaaS does, signed by Svix's scheme, over connections that are kept.
//
// With -rate webhooks are due at fixed moments whatever the answers do (an open loop): a late answer does not hold the
// next ones back. Without, each connection sends the next when the one before was answered. Writes a line for each to
// -out: "number scheduled sent answered status", nanoseconds of CLOCK_MONOTONIC; the mark is "prefix-number".
package main

import (
	"bufio"
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"flag"
	"fmt"
	"hash"
	"log"
	"net"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

type record struct {
	number                    int
	scheduled, sent, answered int64
	status                    int
}

type due struct {
	number    int
	scheduled int64
}

type sender struct {
	to, prefix string
	calendars  []string
	size       int
	secret     []byte
}

// One connection with what it can use again.
type line struct {
	*sender
	conn    net.Conn
	reader  *bufio.Reader
	mac     hash.Hash
	body    bytes.Buffer
	request bytes.Buffer
	records []record
}

func (s *sender) dial() *line {
	conn, err := net.Dial("tcp", s.to)
	check(err)
	return &line{sender: s, conn: conn, reader: bufio.NewReader(conn), mac: hmac.New(sha256.New, s.secret)}
}

func (l *line) send(d due) {
	mark := l.prefix + "-" + strconv.Itoa(d.number)
	l.body.Reset()
	fmt.Fprintf(&l.body, `{"event":"calendar.test","data":{"calendar_id":"%s","mark":"%s","padding":"`,
		l.calendars[d.number%len(l.calendars)], mark)
	const tail = `"}}`
	for l.body.Len() < l.size-len(tail) {
		l.body.WriteByte('x')
	}
	l.body.WriteString(tail)
	seconds := strconv.FormatInt(time.Now().Unix(), 10)
	l.mac.Reset()
	l.mac.Write([]byte("msg_" + mark + "." + seconds + "."))
	l.mac.Write(l.body.Bytes())
	l.request.Reset()
	fmt.Fprintf(&l.request, "POST /webhooks/meeting-baas HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\n"+
		"Content-Length: %d\r\nsvix-id: msg_%s\r\nsvix-timestamp: %s\r\nsvix-signature: v1,%s\r\n\r\n",
		l.to, l.body.Len(), mark, seconds, base64.StdEncoding.EncodeToString(l.mac.Sum(nil)))
	l.request.Write(l.body.Bytes())
	sent := monotonic()
	if d.scheduled == 0 {
		d.scheduled = sent
	}
	_, err := l.conn.Write(l.request.Bytes())
	check(err)
	status := l.answer()
	l.records = append(l.records, record{d.number, d.scheduled, sent, monotonic(), status})
}

// Reads one answer to its end. net/http would cost more than the gateway's part in some of what is measured.
func (l *line) answer() int {
	head, err := l.reader.ReadString('\n')
	check(err)
	parts := strings.SplitN(head, " ", 3)
	if len(parts) < 2 {
		log.Fatalf("no answer of HTTP: %q", head)
	}
	status, err := strconv.Atoi(strings.TrimSpace(parts[1]))
	check(err)
	length := -1
	for {
		field, err := l.reader.ReadSlice('\n')
		check(err)
		if len(field) <= 2 {
			break
		}
		name, value, _ := bytes.Cut(field, []byte(":"))
		if bytes.EqualFold(name, []byte("content-length")) {
			length, err = strconv.Atoi(string(bytes.TrimSpace(value)))
			check(err)
		}
	}
	if length < 0 {
		log.Fatal("an answer without Content-Length")
	}
	_, err = l.reader.Discard(length)
	check(err)
	return status
}

// Puts each webhook into the queue at its moment. On a thread of its own: Go's timers are a millisecond coarse.
func pace(queue chan due, rate float64, count int, until int64) {
	runtime.LockOSThread()
	start := monotonic()
	for number := 0; number < count; number++ {
		moment := start + int64(float64(number)/rate*1e9)
		if moment > until {
			break
		}
		if rest := moment - monotonic(); rest > 0 {
			pause := syscall.NsecToTimespec(rest)
			syscall.Nanosleep(&pause, nil)
		}
		queue <- due{number, moment}
	}
	close(queue)
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func main() {
	to := flag.String("to", "127.0.0.1:8080", "the gateway's address")
	secret := flag.String("secret", "", "the account's secret, whsec_…")
	calendars := flag.String("calendars", "", "ids, comma-separated; they take turns")
	prefix := flag.String("prefix", "w", "begins each mark")
	rate := flag.Float64("rate", 0, "webhooks a second; 0: as fast as they are answered")
	count := flag.Int("count", 1<<30, "at most so many")
	seconds := flag.Float64("seconds", 600, "at most so long")
	drain := flag.Float64("drain", 10, "seconds more for what is late at the end")
	connections := flag.Int("connections", 32, "kept connections")
	size := flag.Int("bytes", 1024, "of a body")
	out := flag.String("out", "sent.txt", "where the lines go")
	flag.Parse()
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(*secret, "whsec_"))
	check(err)
	s := &sender{to: *to, prefix: *prefix, calendars: strings.Split(*calendars, ","), size: *size, secret: key}
	lines := make([]*line, *connections)
	for i := range lines {
		lines[i] = s.dial()
	}
	until := monotonic() + int64(*seconds*1e9)
	end := until + int64(*drain*1e9)
	var next int64 = -1
	var unsent int64
	var queue chan due
	if *rate > 0 {
		// Room for all: the pacer must never wait for the gateway.
		room := int(*rate**seconds) + 1
		if *count < room {
			room = *count
		}
		queue = make(chan due, room)
		go pace(queue, *rate, *count, until)
	}
	var all sync.WaitGroup
	for _, l := range lines {
		all.Add(1)
		go func(l *line) {
			defer all.Done()
			if queue != nil {
				for d := range queue {
					if monotonic() > end {
						atomic.AddInt64(&unsent, 1)
						continue
					}
					l.send(d)
				}
				return
			}
			for monotonic() < until {
				number := int(atomic.AddInt64(&next, 1))
				if number >= *count {
					return
				}
				l.send(due{number: number})
			}
		}(l)
	}
	all.Wait()
	file, err := os.Create(*out)
	check(err)
	writer := bufio.NewWriterSize(file, 1<<16)
	for _, l := range lines {
		for _, r := range l.records {
			fmt.Fprintf(writer, "%d %d %d %d %d\n", r.number, r.scheduled, r.sent, r.answered, r.status)
		}
	}
	check(writer.Flush())
	check(file.Close())
	fmt.Printf("unsent %d\n", unsent)
}
