import { buildPage } from './bundle/build-page.ts'

const [name = ''] = process.argv.slice(2)
process.stdout.write(await buildPage(process.cwd(), name))
