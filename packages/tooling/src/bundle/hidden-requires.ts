import type { Plugin } from 'rolldown'

/**
 * Show the bundler the `require` calls of packages that were bundled before: they call a private `__require`, made
 * with `createRequire`, and would look for their dependency on disk (OpenTelemetry's gRPC exporter does).
 */
export function hiddenRequires(): Plugin {
  return {
    name: 'hidden-requires',
    transform: {
      filter: { code: '_rolldown/runtime' },
      handler: (code) => ({ code: code.replaceAll(/\b__require\((?=["'])/g, 'require('), map: null }),
    },
  }
}
