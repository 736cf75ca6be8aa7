// Node over HTTP/2 in clear text. `/slow` is answered when the FIFO in GATE can be read.
const { GREETING, PORT, GATE } = process.env
require('node:http2').createServer((request, response) => {
  const answer = () => response.end(`${GREETING} ${process.pid}\n`)
  request.url === '/slow' ? require('node:fs').readFile(GATE, answer) : answer()
}).listen(Number(PORT), '127.0.0.1')
