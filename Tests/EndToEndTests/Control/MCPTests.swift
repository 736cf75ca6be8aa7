import Foundation
import Posix
import Testing

extension EndToEnd {
  @Suite("hotreload mcp")
  struct MCPTests {
    /// A client of the Model Context Protocol, which sends one request after the other.
    private static let client = """
      import json, subprocess, sys

      server = subprocess.Popen([sys.argv[1], "mcp"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
      number = 0

      def ask(method, **params):
          global number
          number += 1
          message = {"jsonrpc": "2.0", "id": number, "method": method, "params": params}
          server.stdin.write(json.dumps(message) + "\\n")
          server.stdin.flush()
          reply = json.loads(server.stdout.readline())
          assert reply["id"] == number, reply
          return reply

      def call(name, **arguments):
          result = ask("tools/call", name=name, arguments=arguments)["result"]
          return result["isError"], result["content"][0]["text"]

      hello = ask("initialize", protocolVersion="2025-03-26", capabilities={}, clientInfo={})["result"]
      print(hello["protocolVersion"], hello["serverInfo"]["name"])
      server.stdin.write(json.dumps({"jsonrpc": "2.0", "method": "notifications/initialized"}) + "\\n")
      print(" ".join(tool["name"] for tool in ask("tools/list")["result"]["tools"]))
      print(json.loads(call("status")[1])["services"][0]["state"])
      header = open("Sources/App/behaviour.h").read()
      open("Sources/App/behaviour.h", "w").write(header.replace('"one"', '"two"'))
      print(*call("wait"))
      open("Sources/App/behaviour.h", "w").write("#error no\\n")
      failed, text = call("wait")
      print(failed, "error: #error no" in text)
      print(1 in [d["line"] for d in json.loads(call("diagnostics")[1])["diagnostics"] if d.get("severity") == "error"])
      open("Sources/App/behaviour.h", "w").write(header)
      print(*call("reload"))
      print(call("explain", path="Sources/App/main.c")[1].split(";")[0])
      print(ask("tools/call", name="dance")["error"]["code"], ask("dance")["error"]["code"])
      server.stdin.close()
      print(server.wait())

      """

    @Test("lets an agent edit, wait, read the errors, and reload")
    func session() throws {
      try withServer { package in
        try package.save("one")
        _ = try package.serving()
        try package.makeDirectory(package.directory + "/agent", ["client.py": Self.client])
        let result = try ChildProcess.run(
          Command(
            path: "/usr/bin/env",
            arguments: ["env", "python3", package.directory + "/agent/client.py", try RunningHotReload.path],
            environment: package.environment(), directory: package.root, parentDeathSignal: SIGKILL))
        #expect(result.ending == .exited(0))
        let lines = result.output.split(separator: "\n").map(String.init)
        let address = "127.0.0.1:\(package.port)"
        #expect(
          lines == [
            "2025-03-26 hotreload", "status diagnostics wait reload restart explain", "serving",
            "False generation 2 serves on \(address)", "True True", "True",
            "False generation 3 serves on \(address)",
            "no Package.swift in \(package.root) or a directory above it", "-32602 -32601", "0",
          ])
      }
    }
  }
}
