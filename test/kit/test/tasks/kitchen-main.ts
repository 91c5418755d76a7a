import { serve } from '@atoll/server-kit'
import { kitchenServer } from './kitchen.ts'

await serve(kitchenServer)
