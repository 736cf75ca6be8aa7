import Testing

@testable import Browser

@Suite("the head of a page")
struct PageHeadTests {
  private static let meta = "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'\">"
  private static let policy = ["default-src 'none'"]

  @Test(
    "tells the policies that the page sets for itself",
    arguments: [
      (meta, policy), ("\u{FEFF}<!doctype html><html lang=en><head>\n\(meta)</head>", policy),
      ("<META CONTENT='a b' HTTP-EQUIV=content-security-policy />", ["a b"]),
      ("<meta content=a http-equiv = 'Content-Security-Policy'\n>", ["a"]),
      (
        "<meta http-equiv=Content-Security-Policy content=\"script-src &#39;self&#x27; &quot;&amp;x&y;\">",
        ["script-src 'self' \"&x&y;"]
      ),
      ("<title><meta></title><link rel=x><script>if (1<2) '</scrip'</script >\(meta)<body>", policy),
      (
        "<!-- \(meta) --><style>\(meta)</style><noscript>\(meta)</noscript><template>\(meta)</template><p>",
        []
      ),
      ("<body>\(meta)", []), ("text \(meta)", []), ("<p>\(meta)", []),
      ("<meta http-equiv=Content-Security-Policy-Report-Only content=a>", []),
      ("<meta http-equiv=refresh content=1><meta name=x content=y>", []),
      ("<meta http-equiv=Content-Security-Policy>", []),
      ("<meta http-equiv=x http-equiv=Content-Security-Policy content=a>", []),
      ("<meta =x http-equiv=Content-Security-Policy content=a>", ["a"]), ("", []),
    ])
  func policies(_ page: String, _ expected: [String]) {
    #expect(PageHead(Array(page.utf8)).policies == expected)
  }

  @Test("is read as it comes, and no further than its end")
  func pieces() {
    let page = Array("<!doctype html><!-- x --><title>a</title>\(Self.meta)<p>text".utf8)
    for count in 0...page.count {
      let head = PageHead(Array(page.prefix(count)))
      #expect(head.isComplete == (count >= page.count - "text".utf8.count))
      #expect(head.policies.isEmpty || head.policies == Self.policy)
    }
    #expect(PageHead(Array(repeating: UInt8(ascii: " "), count: PageHead.longest)).isComplete)
  }

  @Test("is read without what frames it")
  func framing() throws {
    let chunks = "5\r\n<meta\r\n3;x\r\n a>\r\n0\r\n\r\n"
    for size in [1, 2, 3, 100] {
      var head = MessageHead("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".utf8)
      var body = PageBody(adding: [], to: &head)
      var rest = Array(chunks.utf8)[...]
      while !rest.isEmpty {
        _ = body.passing(Array(rest.prefix(size)))
        rest = rest.dropFirst(size)
      }
      #expect(String(decoding: body.beginning, as: UTF8.self) == "<meta a>")
    }
  }
}
