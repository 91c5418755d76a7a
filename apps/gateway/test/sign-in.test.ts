import { expect, onTestFinished, test } from 'vitest'
import { openSignInSite } from './fixture/sign-in-site.ts'
import { type Visited, webBrowser } from './fixture/web-browser.ts'

async function startSite(options: { secret?: string } = {}) {
  const site = await openSignInSite(options)
  onTestFinished(site.close)
  const { origin } = site
  const isCallback = ({ pathname }: URL) => pathname === '/console/callback'

  /** Somebody in front of a browser of their own. */
  function person(name: string) {
    const browser = webBrowser()
    const session = async () => JSON.parse((await browser.visit(`${origin}/console/api/session`)).text)
    /** As far as the provider's word on whether the console may act for them. */
    async function begin(view = ''): Promise<Visited> {
      const login = await browser.visit(`${origin}/console/sign-in${view}`)
      expect(login.text).toContain('Who are you?')
      const consent = await browser.submit({ name, choice: 'go' })
      expect(consent.text).toContain('May the console act for you?')
      return login
    }
    async function signIn(view = ''): Promise<Visited> {
      await begin(view)
      return browser.submit({ choice: 'allow' }, isPage)
    }
    /** What the provider sends the browser back with, not followed. */
    async function comeBack(): Promise<URL> {
      await begin()
      return (await browser.submit({ choice: 'allow' }, isCallback)).url
    }
    return { browser, session, begin, signIn, comeBack }
  }
  return { ...site, person }
}

/** The page itself, which needs nobody's word. */
const isPage = ({ pathname }: URL) => pathname === '/'
const wordsOf = ({ url }: Visited) => decodeURIComponent(url.hash)
const NOT_GOOD = '#/sign-in/Signing in did not come to a good end. Try again.'

test('people sign in at the identity provider, and are who they are there', async () => {
  const { person, origin } = await startSite()
  const { signIn, session } = person('olivia')
  const end = await signIn()
  expect(end.url.href).toBe(`${origin}/#/`)
  expect(await session()).toMatchObject({
    ...{ signedIn: true, subject: 'olivia', tenant: 'acme', isAllowed: true, isAdmin: true },
    scopes: expect.arrayContaining(['gateway:console', 'gateway:admin']),
  })
  const cookie = end.cookies.find((each) => each.startsWith('atoll-console='))
  expect(cookie).toMatch(/; Path=\/; HttpOnly; SameSite=Lax; Max-Age=\d+$/)
  // The token is in it, and in no other way.
  expect(cookie).not.toContain('eyJ')
})

test('a client with a secret proves that it has it', async () => {
  const { person } = await startSite({ secret: 'a secret of the client that is long enough' })
  const { signIn, session } = person('olivia')
  await signIn()
  expect(await session()).toMatchObject({ signedIn: true, subject: 'olivia' })
})

test.each(['sign-in', 'callback'])('whoever comes to /console/%s too often has to wait', async (way) => {
  const { origin } = await startSite()
  const come = async () => (await fetch(`${origin}/console/${way}`, { redirect: 'manual' })).status
  const statuses = new Set<number>()
  for (let round = 0; round < 31; round++)
    for (const status of await Promise.all(Array.from({ length: 20 }, come))) statuses.add(status)
  expect([...statuses]).toEqual([302, 429])
})

test('the request says what it is for, and proves later who made it', async () => {
  const { origin, idp } = await startSite()
  const ask = async () =>
    (await webBrowser().visit(`${origin}/console/sign-in`, (next) => next.origin === idp.issuer)).url
  const [first, second] = [await ask(), await ask()]
  const query = Object.fromEntries(first.searchParams)
  expect(query).toMatchObject({
    ...{ response_type: 'code', client_id: 'console', code_challenge_method: 'S256' },
    ...{ redirect_uri: `${origin}/console/callback`, resource: `${origin}/mcp` },
    state: expect.stringMatching(/^.{43}$/),
    code_challenge: expect.stringMatching(/^.{43}$/),
  })
  // No ID token is asked for, so there is none to hold a nonce against; PKCE binds the code.
  expect(query.scope?.split(' ')).toEqual(['gateway:admin', 'gateway:console'])
  for (const name of ['state', 'code_challenge']) expect(second.searchParams.get(name)).not.toBe(query[name])
})

test('another state than that of the request lets nobody in', async () => {
  const { person } = await startSite()
  const { browser, comeBack, session } = person('olivia')
  const callback = await comeBack()
  callback.searchParams.set('state', 'made-up')
  expect(wordsOf(await browser.visit(callback, isPage))).toBe(NOT_GOOD)
  expect(await session()).toMatchObject({ signedIn: false })
})

test("a code of somebody else's browser lets nobody in, whatever state comes with it", async () => {
  const { person } = await startSite()
  const [olivia, mallory] = [person('olivia'), person('mallory')]
  const [hers, callback] = [await olivia.comeBack(), await mallory.comeBack()]
  callback.searchParams.set('code', hers.searchParams.get('code') ?? '')
  expect(wordsOf(await mallory.browser.visit(callback, isPage))).toBe(NOT_GOOD)
  expect(await mallory.session()).toMatchObject({ signedIn: false })
})

test('a link to come back with is good in the browser that left, once', async () => {
  const { person } = await startSite()
  const { browser, comeBack, session } = person('olivia')
  const callback = await comeBack()
  const elsewhere = await webBrowser().visit(callback, isPage)
  expect(wordsOf(elsewhere)).toContain('Signing in took too long, or began in another browser')
  expect((await browser.visit(callback, isPage)).url.hash).toBe('#/')
  expect(await session()).toMatchObject({ signedIn: true })
  expect(wordsOf(await browser.visit(callback, isPage))).toContain('began in another browser')
})

test('an answer in the name of another issuer lets nobody in', async () => {
  const { person } = await startSite()
  const { browser, comeBack, session } = person('olivia')
  const callback = await comeBack()
  callback.searchParams.set('iss', 'https://evil.example')
  expect(wordsOf(await browser.visit(callback, isPage))).toBe(NOT_GOOD)
  expect(await session()).toMatchObject({ signedIn: false })
})

test('who lets the console not act for them is told so, and is not in', async () => {
  const { person } = await startSite()
  const { browser, begin, session } = person('olivia')
  await begin()
  const end = await browser.submit({ choice: 'deny' }, isPage)
  expect(wordsOf(end)).toBe('#/sign-in/The identity provider did not let you in.')
  expect(await session()).toMatchObject({ signedIn: false })
})

test('who is not granted the scope is known, and shown nothing', async () => {
  const { person, origin } = await startSite()
  const { browser, signIn, session } = person('gail')
  await signIn()
  expect(await session()).toMatchObject({ signedIn: true, subject: 'gail', isAllowed: false })
  for (const path of ['fleet', 'calls', 'audit', 'events'])
    expect((await browser.visit(`${origin}/console/api/${path}`)).status, path).toBe(403)
})

test('a session ends with the token it began with, and what it listens to as well', async () => {
  const { person, origin, idp } = await startSite()
  idp.behaviour.signInTtl = 3
  const { signIn, session, browser } = person('olivia')
  await signIn()
  // Comes back when the stream has ended.
  const heard = await browser.visit(`${origin}/console/api/events`)
  expect([heard.status, heard.text]).toEqual([200, expect.stringContaining('event: fleet')])
  await expect.poll(session, { timeout: 10_000 }).toMatchObject({ signedIn: false })
  expect((await browser.visit(`${origin}/console/api/fleet`)).status).toBe(401)
})

test('signing out ends the session', async () => {
  const { person, origin } = await startSite()
  const { signIn, session } = person('olivia')
  const end = await signIn()
  const cookie = end.cookies.find((each) => each.startsWith('atoll-console='))?.split(';')[0] ?? ''
  expect(await session()).toMatchObject({ signedIn: true })
  const response = await fetch(`${origin}/console/api/sign-out`, {
    method: 'POST',
    headers: { cookie, 'x-atoll-console': '1', 'content-type': 'application/json' },
    body: '{}',
  })
  expect(response.headers.getSetCookie()).toEqual([
    'atoll-console=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0',
  ])
})

test('people come back to the view that they were sent to, and to nowhere else', async () => {
  const { person, origin } = await startSite()
  const there = await person('olivia').signIn('?view=servers%2Forders')
  expect(there.url.href).toBe(`${origin}/#/servers/orders`)
  const astray = await person('olivia').signIn('?view=%0d%0aset-cookie:x=y')
  expect(astray.url.href).toBe(`${origin}/#/`)
})

test('an identity provider that is away is said to be', async () => {
  const { idp, origin } = await startSite()
  await idp.stop()
  const end = await webBrowser().visit(`${origin}/console/sign-in`, isPage)
  expect(wordsOf(end)).toBe('#/sign-in/The identity provider cannot be reached right now.')
})
