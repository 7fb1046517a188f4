// Sends GETs to one server over connections that are kept, with the keys and paths of two files in turns.
//
// With -rate reads are due at fixed moments whatever the replies do (an open loop): a late reply does not hold the next
// ones back. Without, each connection sends the next when the one before was answered. Prints one line of JSON. Its
// milliseconds run from the moment a read was due to the end of its reply.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"runtime"
	"sort"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
)

type due struct {
	number int
	moment int64
}

type reader struct {
	to          string
	keys, paths []string
	size        int
	// Of all connections together.
	sync.Mutex
	took     []int64
	statuses map[string]int
}

// One connection with the results of its reads.
type line struct {
	*reader
	conn     net.Conn
	buffer   *bufio.Reader
	request  []byte
	took     []int64
	statuses map[string]int
}

func (r *reader) line() *line {
	l := &line{reader: r, statuses: map[string]int{}}
	check(l.dial())
	return l
}

func (l *line) dial() error {
	conn, err := net.Dial("tcp", l.to)
	if err == nil {
		l.conn, l.buffer = conn, bufio.NewReader(conn)
	}
	return err
}

func (l *line) read(d due) {
	if d.moment == 0 {
		d.moment = monotonic()
	}
	l.request = fmt.Appendf(l.request[:0], "GET %s HTTP/1.1\r\nHost: %s\r\nx-meeting-baas-api-key: %s\r\n\r\n",
		l.paths[d.number%len(l.paths)], l.to, l.keys[d.number%len(l.keys)])
	status, err := l.exchange()
	if err != nil {
		status = "broken: " + err.Error()
		l.conn.Close()
		if err := l.dial(); err != nil {
			log.Fatal(err)
		}
	}
	l.statuses[status]++
	l.took = append(l.took, monotonic()-d.moment)
}

// One request and its whole reply. net/http would cost more than what is measured.
func (l *line) exchange() (string, error) {
	if _, err := l.conn.Write(l.request); err != nil {
		return "", err
	}
	head, err := l.buffer.ReadString('\n')
	if err != nil {
		return "", err
	}
	parts := strings.SplitN(strings.TrimSpace(head), " ", 3)
	if len(parts) < 2 {
		return "", fmt.Errorf("no reply of HTTP: %q", head)
	}
	length := -1
	for {
		field, err := l.buffer.ReadSlice('\n')
		if err != nil {
			return "", err
		}
		if len(field) <= 2 {
			break
		}
		name, value, _ := bytes.Cut(field, []byte(":"))
		if bytes.EqualFold(name, []byte("content-length")) {
			if length, err = strconv.Atoi(string(bytes.TrimSpace(value))); err != nil {
				return "", err
			}
		}
	}
	if length < 0 {
		return "", fmt.Errorf("a reply without Content-Length")
	}
	if _, err := l.buffer.Discard(length); err != nil {
		return "", err
	}
	if parts[1] == "200" && length != l.size {
		return fmt.Sprintf("200 with %d bytes", length), nil
	}
	return parts[1], nil
}

func (l *line) end() {
	l.Lock()
	defer l.Unlock()
	l.reader.took = append(l.reader.took, l.took...)
	for status, count := range l.statuses {
		l.reader.statuses[status] += count
	}
}

// Puts each read into the queue at its moment. On a thread of its own: Go's timers are a millisecond coarse.
func pace(queue chan due, rate float64, count int, start, until int64) {
	runtime.LockOSThread()
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

func list(name string) []string {
	content, err := os.ReadFile(name)
	check(err)
	return strings.Fields(string(content))
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func main() {
	to := flag.String("to", "127.0.0.1:8080", "the server's address")
	keys := flag.String("keys", "", "a file with a key a line; they take turns")
	paths := flag.String("paths", "", "a file with a path a line; they take turns")
	rate := flag.Float64("rate", 0, "reads a second; 0: as fast as they are answered")
	count := flag.Int("count", 1<<30, "at most so many")
	seconds := flag.Float64("seconds", 600, "at most so long")
	connections := flag.Int("connections", 32, "kept connections")
	size := flag.Int("bytes", 1024, "of a reply's body")
	flag.Parse()
	r := &reader{to: *to, keys: list(*keys), paths: list(*paths), size: *size, statuses: map[string]int{}}
	lines := make([]*line, *connections)
	for i := range lines {
		lines[i] = r.line()
	}
	start := monotonic()
	until := start + int64(*seconds*1e9)
	var queue chan due
	if *rate > 0 {
		// Room for all: the pacer must never wait for the server.
		room := int(*rate**seconds) + 1
		if *count < room {
			room = *count
		}
		queue = make(chan due, room)
		go pace(queue, *rate, *count, start, until)
	}
	var next int64 = -1
	var all sync.WaitGroup
	for _, l := range lines {
		all.Add(1)
		go func(l *line) {
			defer all.Done()
			defer l.end()
			if queue != nil {
				for d := range queue {
					l.read(d)
				}
				return
			}
			for monotonic() < until {
				number := int(atomic.AddInt64(&next, 1))
				if number >= *count {
					return
				}
				l.read(due{number: number})
			}
		}(l)
	}
	all.Wait()
	report(os.Stdout, r, float64(monotonic()-start)/1e9)
}

func report(out io.Writer, r *reader, seconds float64) {
	sort.Slice(r.took, func(i, j int) bool { return r.took[i] < r.took[j] })
	// The nearest rank.
	rank := func(share float64) float64 {
		if len(r.took) == 0 {
			return 0
		}
		return float64(r.took[int(share*float64(len(r.took)-1))]) / 1e6
	}
	check(json.NewEncoder(out).Encode(map[string]any{
		"reads": len(r.took), "seconds": seconds, "statuses": r.statuses,
		"p50_ms": rank(0.5), "p99_ms": rank(0.99), "max_ms": rank(1),
	}))
}
