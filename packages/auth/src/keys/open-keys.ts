import type { JSONWebKeySet } from 'jose'
import { fileLoader, httpLoader, isKeyUrl } from './key-loader.ts'
import { type KeyPolicy, KeySource, type KeySourceOptions } from './key-source.ts'

const HTTP = {
  freshFor: 600_000,
  staleFor: 3_600_000,
  cooldown: 10_000,
  background: true,
} satisfies KeyPolicy
// Asking a file whether it changed costs microseconds, so it is asked often and never answers late.
const FILE = { freshFor: 1000, staleFor: 3_600_000, cooldown: 0, background: false } satisfies KeyPolicy

/** The keys given, or those at an https, loopback http or file URL. Throws a TypeError for any other. Reads nothing yet. */
export function openKeys(
  keys: string | JSONWebKeySet,
  options: Pick<KeySourceOptions, 'clock' | 'onError'>,
): KeySource {
  if (typeof keys !== 'string') return new KeySource({ ...options, load: async () => keys, policy: HTTP })
  return openUrl(keys, options)
}

function openUrl(url: string, options: Pick<KeySourceOptions, 'clock' | 'onError'>): KeySource {
  if (!isKeyUrl(url)) {
    throw new TypeError(`"${url}" is no place for keys: use https, http on this machine, or a file URL`)
  }
  return url.toLowerCase().startsWith('file:')
    ? new KeySource({ ...options, load: fileLoader(url), policy: FILE })
    : new KeySource({ ...options, load: httpLoader(url), policy: HTTP })
}
