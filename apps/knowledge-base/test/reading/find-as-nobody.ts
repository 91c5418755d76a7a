import { allFound, told } from './all-found.ts'

const NOBODY = 65_534
const [path = ''] = process.argv.slice(2)
process.setgid?.(NOBODY)
process.setuid?.(NOBODY)
console.log(JSON.stringify(told(await allFound(path))))
