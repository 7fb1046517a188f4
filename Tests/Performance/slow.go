// An upstream that answers reads of events after a delay. Other requests go to -others.
//
// /_peak answers the most reads that were in flight at once since it was asked last.
package main

import (
	"flag"
	"fmt"
	"log"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"strings"
	"sync"
	"time"
)

type flight struct {
	sync.Mutex
	now, peak int
}

func (f *flight) change(by int) {
	f.Lock()
	defer f.Unlock()
	f.now += by
	if f.now > f.peak {
		f.peak = f.now
	}
}

func (f *flight) take() int {
	f.Lock()
	defer f.Unlock()
	peak := f.peak
	f.peak = f.now
	return peak
}

func main() {
	listen := flag.String("listen", "127.0.0.1:8083", "address to listen on")
	file := flag.String("body", "", "the file with the body of each reply")
	others := flag.String("others", "", "where other requests go, a URL")
	delay := flag.Duration("delay", 50*time.Millisecond, "until a read is answered")
	flag.Parse()
	body, err := os.ReadFile(*file)
	check(err)
	target, err := url.Parse(*others)
	check(err)
	rest := httputil.NewSingleHostReverseProxy(target)
	var reads flight
	check(http.ListenAndServe(*listen, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == "/_peak":
			fmt.Fprint(w, reads.take())
		case strings.HasPrefix(r.URL.Path, "/v2/calendars/") && strings.Contains(r.URL.Path, "/events/"):
			reads.change(1)
			defer reads.change(-1)
			time.Sleep(*delay)
			w.Header().Set("Content-Type", "application/json; charset=utf-8")
			w.Write(body)
		default:
			rest.ServeHTTP(w, r)
		}
	})))
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
