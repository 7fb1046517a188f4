package main

import (
	"syscall"
	"time"
	"unsafe"
)

var clockBase, clockStart = readClock(), time.Now()

// What Python's time.monotonic_ns() tells: CLOCK_MONOTONIC, which all processes of a machine share. Go keeps the same
// clock, but shows it only as a difference.
func monotonic() int64 { return clockBase + int64(time.Since(clockStart)) }

func readClock() int64 {
	var now syscall.Timespec
	const clockMonotonic = 1
	syscall.Syscall(syscall.SYS_CLOCK_GETTIME, clockMonotonic, uintptr(unsafe.Pointer(&now)), 0)
	return now.Nano()
}
