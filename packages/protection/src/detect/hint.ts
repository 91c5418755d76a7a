/** What the name of a field says of its value. */
export interface Hint {
  readonly phone: boolean
  readonly ssn: boolean
  readonly secret: boolean
}

export const NO_HINT: Hint = Object.freeze({ phone: false, ssn: false, secret: false })

const PHONE = /(?:phone|mobile|telefon|telephone|^tel$|_tel$|^fax$|_fax$|fax_?number|handy|^cell$)/i
const SSN = /(?:^ssn$|_ssn$|^ssn_|social_?security)/i
const SECRETS: ReadonlySet<string> = new Set([
  ...[
    'password',
    'passwd',
    'pwd',
    'passphrase',
    'secret',
    'clientsecret',
    'apikey',
    'apisecret',
    'secretkey',
  ],
  ...[
    'secretaccesskey',
    'privatekey',
    'accesstoken',
    'refreshtoken',
    'authtoken',
    'bearertoken',
    'sessiontoken',
  ],
])

const known = new Map<string, Hint>()
const MAX_KNOWN = 4096
const MAX_NAME = 64

/** Remembered, because the same names come again and again. */
export function hintOf(name: string): Hint {
  const before = known.get(name)
  if (before) return before
  if (name.length > MAX_NAME) return NO_HINT
  const hint = read(name)
  if (known.size >= MAX_KNOWN) known.clear()
  known.set(name, hint)
  return hint
}

/** Whether a name ends in that of a secret: `db_password`, `X-Api-Key`. */
export function namesSecret(name: string): boolean {
  const plain = name.toLowerCase().replace(/[_-]/g, '')
  for (const secret of SECRETS) if (plain.endsWith(secret)) return true
  return false
}

function read(name: string): Hint {
  const [phone, ssn, secret] = [PHONE.test(name), SSN.test(name), namesSecret(name)]
  return phone || ssn || secret ? { phone, ssn, secret } : NO_HINT
}
