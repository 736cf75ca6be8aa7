import Foundation
import Testing

@testable import Browser

@Suite("a page on its way to the browser")
struct PageBodyTests {
  /// Returns the response that a browser receives if it arrives in pieces of this size.
  private func passed(_ response: String, pieces size: Int) throws -> String {
    let end = try #require(response.range(of: "\r\n\r\n"))
    var head = MessageHead(response[..<end.upperBound].utf8)
    var body = PageBody(adding: Array("<s>".utf8), to: &head)
    var rest = Array(response[end.upperBound...].utf8)[...]
    var passed = head.bytes
    while !rest.isEmpty {
      passed += body.passing(Array(rest.prefix(size)))
      rest = rest.dropFirst(size)
    }
    return String(decoding: passed + body.atEnd, as: UTF8.self)
  }

  @Test(
    "has the script at its end, whatever frames it",
    arguments: [
      ("Content-Length: 2\r\n\r\nab", "Content-Length: 5\r\n\r\nab<s>"),
      ("content-LENGTH:2\r\n\r\nabNEXT", "Content-Length: 5\r\n\r\nab<s>NEXT"),
      ("Content-Length: 0\r\n\r\n", "Content-Length: 0\r\n\r\n"),
      ("Server: x\r\n\r\nab", "Server: x\r\n\r\nab<s>"),
      ("Content-Length: \(Int.max)\r\n\r\nab", "Content-Length: \(Int.max)\r\n\r\nab"),
      (
        "Transfer-Encoding: chunked\r\n\r\n7fffffffffffffff\r\nab",
        "Transfer-Encoding: chunked\r\n\r\n7fffffffffffffff\r\nab"
      ),
      (
        "Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\nA;x=y\r\n0123\r\n0\r\n9\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\nA;x=y\r\n0123\r\n0\r\n9\r\n3\r\n<s>\r\n0\r\n\r\n"
      ),
      (
        "Transfer-Encoding: Chunked\r\n\r\n0\r\nTrailer: 0\r\n\r\n",
        "Transfer-Encoding: Chunked\r\n\r\n3\r\n<s>\r\n0\r\nTrailer: 0\r\n\r\n"
      ),
      ("Transfer-Encoding: gzip, chunked\r\n\r\n2\r\nab", "Transfer-Encoding: gzip, chunked\r\n\r\n2\r\nab"),
      ("Transfer-Encoding: chunked\r\n\r\nx\r\nab", "Transfer-Encoding: chunked\r\n\r\nx\r\nab"),
    ])
  func framing(_ response: String, _ expected: String) throws {
    for size in [1, 2, 3, 7, 1000] {
      #expect(try passed("HTTP/1.1 200 OK\r\n\(response)", pieces: size) == "HTTP/1.1 200 OK\r\n\(expected)")
    }
  }

  @Test(
    "is what a browser shows, whole, and not compressed",
    arguments: [
      ("200 OK\r\nContent-Type: text/html; charset=utf-8", true),
      ("404 Not Found\r\ncontent-type:  Text/HTML", true),
      ("200 OK\r\nContent-Type: text/html\r\nContent-Encoding: identity", true),
      ("200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip", false),
      ("206 Partial Content\r\nContent-Type: text/html", false),
      ("304 Not Modified\r\nContent-Type: text/html", false),
      ("200 OK\r\nContent-Type: application/json", false), ("200 OK", false), ("", false),
    ])
  func pages(_ head: String, _ isPage: Bool) {
    #expect(MessageHead("HTTP/1.1 \(head)\r\n\r\n".utf8).isPage == isPage)
  }

  @Test(
    "is written in an encoding that has ASCII in it, or in UTF-16",
    arguments: [
      ("text/html; charset=UTF-16LE", "3c00", .utf16LittleEndian),
      ("text/html;charset=\"utf-16be\"", "003c", .utf16BigEndian),
      ("text/html", "fffe3c", .utf16LittleEndian), ("text/html; charset=utf-8", "feff00", .utf16BigEndian),
      ("text/html; charset=utf-16", "efbbbf", .ascii), ("text/html; charset=shift_jis", "3c68", .ascii),
      ("text/html", "", nil), ("text/html", "ff", nil), ("text/html", "fe", nil), ("text/html", "ef", .ascii),
      ("text/html\r\nTransfer-Encoding: chunked", "310d0afffe", .utf16LittleEndian),
      ("text/html\r\nTransfer-Encoding: chunked", "310d0aff", nil),
      ("text/html\r\nTransfer-Encoding: chunked", "310d", nil),
    ] as [(String, String, PageEncoding?)])
  func encodings(_ type: String, _ hexadecimal: String, _ encoding: PageEncoding?) {
    let digits = Array(hexadecimal)
    let bytes = stride(from: 0, to: digits.count, by: 2).map {
      UInt8(String(digits[$0...($0 + 1)]), radix: 16) ?? 0
    }
    let head = MessageHead("HTTP/1.1 200 OK\r\nContent-Type: \(type)\r\n\r\n".utf8)
    #expect(PageEncoding(head, bytes[...], isEnd: false) == encoding)
    #expect(PageEncoding(head, bytes[...], isEnd: true) == encoding ?? .ascii)
  }

  @Test("tells what its own scripts are known by")
  func nonce() {
    let policy = "Content-Security-Policy: default-src 'self'; script-src 'nonce-aB3/+=' 'strict-dynamic'"
    #expect(MessageHead("HTTP/1.1 200 OK\r\n\(policy)\r\n\r\n".utf8).nonce == "aB3/+=")
    #expect(MessageHead("HTTP/1.1 200 OK\r\n\r\n".utf8).nonce == nil)
  }

  @Test(
    "is asked for by the browser itself, not by a script",
    arguments: [
      ("GET / HTTP/1.1", false), ("GET / HTTP/1.1\r\naccept: text/html,*/*", true),
      ("GET / HTTP/1.1\r\nAccept: text/html\r\nHX-Request: true", false),
      ("GET / HTTP/1.1\r\nSec-Fetch-Dest: document", true),
      ("GET / HTTP/1.1\r\nSec-Fetch-Dest: empty", false),
      ("POST / HTTP/1.1\r\nSec-Fetch-Dest: iframe", true),
      ("HEAD / HTTP/1.1\r\nSec-Fetch-Dest: document", false),
      ("", false),
    ])
  func requests(_ head: String, _ isForPage: Bool) {
    #expect(MessageHead("\(head)\r\n\r\n".utf8).isForPage == isForPage)
  }
}
