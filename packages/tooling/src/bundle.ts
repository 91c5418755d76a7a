import { bundleApp } from './bundle/bundle-app.ts'

const { file, bytes } = await bundleApp(process.cwd())
console.log(`${file} ${(bytes / 1e6).toFixed(1)} MB`)
