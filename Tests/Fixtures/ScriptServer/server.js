// Node: libuv's level-triggered epoll(7).
const { GREETING, PORT } = process.env
require('node:http').createServer((request, response) => {
  const body = `${GREETING} ${process.pid}\n`
  const answer = () => response.writeHead(200, { 'Content-Length': body.length }).end(body)
  request.url === '/slow' ? setTimeout(answer, 1000) : answer()
}).listen(Number(PORT), '127.0.0.1')
