// node --require: a server that names no interface, or all of them, listens on 127.0.0.1 alone.
'use strict'
const { Server } = require('node:net')

const everywhere = new Set([undefined, null, '', '0.0.0.0', '::'])
const listen = Server.prototype.listen

Server.prototype.listen = function (first, ...rest) {
  if (first !== null && typeof first === 'object' && first.port !== undefined && !first.path) {
    const host = everywhere.has(first.host) ? '127.0.0.1' : first.host
    return listen.call(this, { ...first, host }, ...rest)
  }
  if (typeof first === 'number' || /^\d+$/.test(String(first))) {
    const named = typeof rest[0] === 'string'
    const host = named && !everywhere.has(rest[0]) ? rest[0] : '127.0.0.1'
    return listen.call(this, first, host, ...(named ? rest.slice(1) : rest))
  }
  return listen.call(this, first, ...rest)
}
