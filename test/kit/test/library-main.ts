import { serve } from '@atoll/server-kit'
import { libraryServer } from './library.ts'

await serve(libraryServer)
