import { createContext, useContext } from 'react'
import type { SignedIn } from './api/model.ts'

export const SessionContext = createContext<SignedIn | undefined>(undefined)

/** Who is signed in. Throws where nobody is. */
export function useSession(): SignedIn {
  const session = useContext(SessionContext)
  if (!session) throw new Error('Nobody is signed in')
  return session
}
