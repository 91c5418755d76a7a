import { connectApp } from '@atoll/app-ui'
import { viewerView } from './view.ts'

const place = document.querySelector('main')
if (!place) throw new Error('The page lacks its place')
await connectApp({ name: 'reports-viewer', version: '1.0.0', server: 'reports' }, (host) =>
  viewerView(place, host),
)
