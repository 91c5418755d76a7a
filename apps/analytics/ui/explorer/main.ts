import { connectApp } from '@atoll/app-ui'
import { explorerView } from './view.ts'

const place = document.querySelector('main')
if (!place) throw new Error('The page lacks its place')
await connectApp({ name: 'analytics-explorer', version: '1.0.0', server: 'analytics' }, (host) =>
  explorerView(place, host),
)
