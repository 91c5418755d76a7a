import { relative } from 'node:path'
import { bundleApp } from './bundle/bundle-app.ts'

const directory = process.cwd()
const { packages, workers, apps, ...main } = await bundleApp(directory)
for (const { file, bytes } of [main, ...workers, ...apps])
  console.log(`${relative(directory, file)} ${megabytes(bytes)}`)
for (const { name, bytes } of packages) console.log(`dist/node_modules/${name} ${megabytes(bytes)}`)

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`
}
