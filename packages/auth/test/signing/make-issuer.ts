import { createInterface } from 'node:readline'
import { developmentIssuer } from '../../src/index.ts'

// A process of its own: for each directory it is told, it opens an issuer there and answers with the key's name.
console.log('ready')
for await (const directory of createInterface({ input: process.stdin })) {
  const { jwks } = developmentIssuer({ directory, issuer: 'http://127.0.0.1:3000/development' })
  console.log(jwks.keys[0]?.kid)
}
