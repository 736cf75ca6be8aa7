import Testing

extension EndToEnd {
  @Suite("a server that uses io_uring(7)")
  struct RingTests {
    /// The code of a ring with 64 entries, which is entered by `CALL`.
    private static let ring = [
      "#include <linux/io_uring.h>",
      "#include <sys/mman.h>",
      "#include <sys/syscall.h>",
      "static int ring;",
      "static char *queue;",
      "static struct io_uring_sqe *entries;",
      "static struct io_uring_params parameters;",
      "static unsigned *at(unsigned offset) { return (unsigned *)(queue + offset); }",
      "static void open_ring(void) {",
      "  ring = (int)CALL(SYS_io_uring_setup, 64, &parameters, 0, 0, 0, 0);",
      "  if (ring == -1) { perror(\"io_uring_setup\"); exit(1); }",
      "  queue = mmap(NULL, 65536, PROT_READ | PROT_WRITE, MAP_SHARED, ring, IORING_OFF_SQ_RING);",
      "  entries = mmap(NULL, 64 * sizeof *entries, PROT_READ | PROT_WRITE, MAP_SHARED, ring, (off_t)IORING_OFF_SQES);",
      "  for (unsigned i = 0; i < 64; i++) at(parameters.sq_off.array)[i] = i;",
      "}",
      "static int result_of(struct io_uring_sqe entry) {",
      "  if (ring == 0) open_ring();",
      "  unsigned tail = *at(parameters.sq_off.tail), head = *at(parameters.cq_off.head);",
      "  entries[tail & 63] = entry;",
      "  __atomic_store_n(at(parameters.sq_off.tail), tail + 1, __ATOMIC_RELEASE);",
      "  if (CALL(SYS_io_uring_enter, ring, 1, 1, IORING_ENTER_GETEVENTS, NULL, 0) != 1) exit(2);",
      "  struct io_uring_cqe *done = (void *)at(parameters.cq_off.cqes);",
      "  int result = done[head & *at(parameters.cq_off.ring_mask)].res;",
      "  if (done[head & *at(parameters.cq_off.ring_mask)].user_data != entry.user_data) exit(3);",
      "  __atomic_store_n(at(parameters.cq_off.head), head + 1, __ATOMIC_RELEASE);",
      "  return result;",
      "}",
      "static int register_by_ring(int epoll, int operation, int fd, struct epoll_event *event) {",
      "  int result = result_of((struct io_uring_sqe){.opcode = IORING_OP_EPOLL_CTL, .fd = epoll, .len = (unsigned)operation,",
      "                         .off = (unsigned)fd, .addr = (uintptr_t)event, .user_data = (unsigned)fd + 7});",
      "  if (result < 0) { errno = -result; return -1; }",
      "  return result;",
      "}",
      "#define epoll_ctl register_by_ring",
    ]

    @Test("to register its listener, as libuv does, loses nothing over five swaps under load")
    func registers() throws {
      try withServer { package in
        let code = ["#include <stdint.h>", "#define CALL syscall"] + Self.ring
        try package.save(header: package.header("one", code))
        try package.swapUnderLoad(code)
      }
    }

    @Test(
      "without the C library is ended before the new code starts, and clients wait; the user is told once")
    func withoutLibrary() throws {
      try withServer { package in
        let call = [
          "#include <stdint.h>",
          "static long call(long number, long a, const void *b, long c, long d, const void *e, long f) {",
          "  register long r10 __asm__(\"r10\") = d, r8 __asm__(\"r8\") = (long)e, r9 __asm__(\"r9\") = f;",
          "  long result;",
          "  __asm__ volatile(\"syscall\" : \"=a\"(result) : \"0\"(number), \"D\"(a), \"S\"(b), \"d\"(c), \"r\"(r10), \"r\"(r8),",
          "                   \"r\"(r9) : \"rcx\", \"r11\", \"memory\");",
          "  return result;",
          "}",
          "#define CALL(number, a, b, c, d, e, f) call(number, a, (const void *)(long)(b), c, d, (const void *)(long)(e), f)",
        ]
        let code = call + Self.ring
        try package.save(header: package.header("one", code))
        let hotReload = try package.serving("--probation", "10ms")
        let reason = "cannot hand over 127.0.0.1:\(package.port): it calls epoll_ctl without the C library"
        try hotReload.await(reason)
        let load = package.load([.fresh, .fresh])
        for generation in 2...4 {
          let idle = try Connection(port: package.port)
          _ = try idle.get()
          try package.save(header: package.header("number-\(generation)", code))
          try eventually("new code") { (try? package.answer().greeting) == "number-\(generation)" }
          try idle.receiveEnd()
          try load.goesOn()
        }
        #expect(try load.end().keys.filter { $0.hasSuffix(": refused") } == [])
        #expect(hotReload.errors.lines(with: "cannot hand over").count == 1)
      }
    }
  }
}
