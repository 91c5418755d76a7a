import { developmentIssuer } from '../../src/index.ts'

// Run as a process of its own by the test of simultaneous starts.
const [, , directory = ''] = process.argv
const { jwks } = developmentIssuer({ directory, issuer: 'http://127.0.0.1:3000/development' })
console.log(jwks.keys[0]?.kid)
