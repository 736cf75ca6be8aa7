/// The script that is added to pages.
enum PageScript {
  /// The path of the script at the proxy.
  static let path = "/.hotreload/page.js"
  /// The path of the event stream at the proxy.
  static let eventsPath = "/.hotreload/events"

  /// Returns the tag that is added to a page.
  ///
  /// - Parameters:
  ///   - newest: The newest version when the page was requested.
  ///   - isForm: Whether the page answers a form. It is not reloaded, because that would send the form again.
  ///   - waits: Whether the page waits for the server. It is reloaded when the server listens.
  ///   - nonce: The nonce by which the page's policies allow the script.
  static func tag(_ newest: Pages.Newest, isForm: Bool = false, waits: Bool = false, nonce: String? = nil)
    -> [UInt8]
  {
    var tag = "\n<script src=\"\(path)\" data-version=\"\(newest.version)\""
    if isForm { tag += " data-form" }
    if waits { tag += " data-served=\"\(newest.served)\"" }
    if let nonce { tag += " nonce=\"\(nonce)\"" }
    return Array((tag + "></script>\n").utf8)
  }

  /// Returns the permissions that the script needs in the requested page. `nonce` is the page's own, if it
  /// has one.
  static func needs(of request: MessageHead, nonce: String?) -> ContentSecurityPolicy.Needs {
    ContentSecurityPolicy.Needs(
      nonce: nonce ?? newNonce(), script: request.source(of: path), events: request.source(of: eventsPath))
  }

  /// Returns a random nonce of 144 bits. CSP3 (7.1) demands at least 128.
  private static func newNonce() -> String {
    let characters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
    return String((0..<24).map { _ in characters[Int.random(in: 0..<64)] })
  }

  /// Returns a page with a text, in place of the server's.
  static func page(_ text: String, _ tag: [UInt8]) -> [UInt8] {
    let head = """
      <!doctype html>
      <meta charset="utf-8">
      <title>hotreload</title>
      <p style="font: 16px sans-serif; margin: 2em">\(text)</p>
      """
    return Array(head.utf8) + tag
  }

  /// The source of the script.
  ///
  /// It listens only while the page is visible, and not in frames, because a browser has at most six
  /// connections to an address for all of its tabs. Fragments that are put into a page (htmx, Turbo) may load
  /// the script again.
  static let text = #"""
    (() => {
      try { if (window !== top && top.hotreload === true) return; } catch {}  // a frame of another site's page
      if (window.hotreload === true) return;
      window.hotreload = true;
      const { version, form, served } = document.currentScript.dataset;
      const reload = mark => {
        // Once for each mark, should a page come out of some cache.
        if (sessionStorage.getItem("hotreload") === mark) return;
        sessionStorage.setItem("hotreload", mark);
        location.reload();
      };
      const texts = {};
      const show = (kind, text) => {
        texts[kind] = text;
        document.getElementById("hotreload-panel")?.remove();
        const whole = Object.values(texts).filter(text => text).join("\n\n");
        if (!whole) return;
        const panel = document.createElement("pre");
        panel.id = "hotreload-panel";
        panel.textContent = whole;
        panel.title = "Click to hide";
        panel.style.cssText = "position:fixed;inset:auto 0 0 0;z-index:2147483647;max-height:60vh;overflow:auto;"
          + "margin:0;padding:16px 20px;background:#1b1b1f;color:#f3f3f5;border-top:4px solid #e5484d;"
          + "font:13px/1.5 ui-monospace,monospace;white-space:pre-wrap;text-align:left;cursor:pointer";
        panel.onclick = () => { if (getSelection().isCollapsed) panel.remove(); };
        document.body.append(panel);
      };
      const reloadStyles = () => {
        for (const link of document.querySelectorAll("link[rel~=stylesheet][href]")) {
          const address = new URL(link.href);
          if (address.origin !== location.origin) continue;
          address.searchParams.set("hotreload", Date.now());
          link.href = address;
        }
      };
      let events;
      const listen = () => {
        events = new EventSource("/.hotreload/events");
        events.addEventListener("version", ({ data }) => {
          if (data === version) return;
          if (form === undefined) return reload(data);
          show("form", "New code is live. This page answers a form; reload it yourself.");
        });
        events.addEventListener("served", ({ data }) => {
          if (served !== undefined && data !== served) reload("served " + data);
        });
        events.addEventListener("failure", ({ data }) => show("failure", data));
        events.addEventListener("styles", reloadStyles);
      };
      document.addEventListener("visibilitychange", () => {
        events?.close();
        if (!document.hidden) listen();
      });
      if (!document.hidden) listen();
    })();

    """#
}
