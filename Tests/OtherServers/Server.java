import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
import java.util.concurrent.Executors;

/** The JDK's own server, with a thread for every request that is being answered. */
class Server {
  public static void main(String[] arguments) throws Exception {
    int port = Integer.parseInt(System.getenv("PORT"));
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
    byte[] body = (System.getenv("GREETING") + " " + ProcessHandle.current().pid() + "\n").getBytes();
    server.createContext("/", exchange -> {
      try {
        if (exchange.getRequestURI().getPath().equals("/slow")) Thread.sleep(1000);
      } catch (InterruptedException interrupted) {
        return;
      }
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
      exchange.close();
    });
    server.setExecutor(Executors.newCachedThreadPool());
    server.start();
  }
}
