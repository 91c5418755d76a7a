import { serve } from '@atoll/server-kit'
import { server } from './server.ts'

await serve(server)
