/// What runs in a page.
enum PageScript {
  static let path = "/.hotreload/page.js"
  static let eventsPath = "/.hotreload/events"

  /// What is added to a page that was asked for when this version was the newest.
  static func tag(version: String) -> [UInt8] {
    Array("\n<script src=\"\(path)\" data-version=\"\(version)\"></script>\n".utf8)
  }

  /// A page for a server that cannot be reached.
  static func waitingPage(version: String) -> [UInt8] {
    Array(
      """
      <!doctype html>
      <meta charset="utf-8">
      <title>hotreload</title>
      <p style="font: 16px sans-serif; margin: 2em">The server does not listen yet. This page comes back when it does.</p>
      """.utf8) + tag(version: version)
  }

  /// Listens as long as the page is seen: a browser has six connections for all its tabs. Fragments that are put into a
  /// page (htmx, Turbo) may bring the script again.
  static let text = #"""
    (() => {
      if (window.hotreload) return;
      window.hotreload = true;
      const version = document.currentScript.dataset.version;
      let events;
      const show = text => {
        document.getElementById("hotreload-failure")?.remove();
        if (!text || window.top !== window) return;
        const panel = document.createElement("pre");
        panel.id = "hotreload-failure";
        panel.textContent = text;
        panel.title = "Click to hide; it goes by itself when this is mended.";
        panel.style.cssText = "position:fixed;inset:auto 0 0 0;z-index:2147483647;max-height:60vh;overflow:auto;"
          + "margin:0;padding:16px 20px;background:#1b1b1f;color:#f3f3f5;border-top:4px solid #e5484d;"
          + "font:13px/1.5 ui-monospace,monospace;white-space:pre-wrap;text-align:left;cursor:pointer";
        panel.onclick = () => panel.remove();
        document.body.append(panel);
      };
      const listen = () => {
        events = new EventSource("/.hotreload/events");
        events.addEventListener("version", event => { if (event.data !== version) location.reload(); });
        events.addEventListener("failure", event => show(event.data));
        events.addEventListener("styles", () => {
          for (const link of document.querySelectorAll("link[rel~=stylesheet]")) {
            const address = new URL(link.href);
            address.searchParams.set("hotreload", Date.now());
            link.href = address;
          }
        });
      };
      document.addEventListener("visibilitychange", () => {
        events?.close();
        if (!document.hidden) listen();
      });
      if (!document.hidden) listen();
    })();

    """#
}
