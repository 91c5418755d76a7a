import { InvalidError } from '@atoll/errors'
import { nearest } from '../terminal/nearest.ts'

/** Somebody of the demonstration. What they may do beyond scopes is in infra/policy/policy.yaml. */
export interface Person {
  readonly tenant: string
  readonly roles: readonly string[]
  /** Of the gateway itself, beside those of the servers. */
  readonly gatewayScopes: readonly string[]
  /** Who they are, for somebody who chooses among them. */
  readonly about: string
}

/** Who the development issuer knows by name. It signs for others too, who have no roles. */
export const PEOPLE: Readonly<Record<string, Person>> = {
  alice: {
    tenant: 'acme',
    roles: ['employee', 'editor'],
    gatewayScopes: ['gateway:console'],
    about: 'works with everything',
  },
  bob: { tenant: 'globex', roles: ['employee'], gatewayScopes: [], about: 'works at another company' },
  gail: { tenant: 'acme', roles: ['guest'], gatewayScopes: [], about: 'a guest' },
  olivia: {
    tenant: 'acme',
    roles: ['operator'],
    gatewayScopes: ['gateway:console', 'gateway:admin'],
    about: 'runs the gateway',
  },
}

/** Runs the gateway: the commands that disable and explain act as this person. */
export const OPERATOR = 'olivia'

export function personNamed(name: string): Person | undefined {
  return Object.hasOwn(PEOPLE, name) ? PEOPLE[name] : undefined
}

/** Throws InvalidError, with the nearest names, for somebody unknown. */
export function knownPerson(name: string): Person {
  const person = personNamed(name)
  if (person) return person
  const names = Object.keys(PEOPLE)
  const similar = nearest(name, names)
  const who = similar.length > 0 ? `did you mean ${similar.join(' or ')}?` : `there is ${names.join(', ')}.`
  throw new InvalidError(`Nobody is called "${name}"; ${who}`)
}
