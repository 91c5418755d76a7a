/** The sentence for a failure that people can do something about; undefined for any other. */
export function explain(output, root) {
  const cause = CAUSES.find(([pattern]) => pattern.test(output))
  return cause?.[1](root)
}

const AGAIN = 'then run the same command again'

const CAUSES = [
  [
    /ENOSPC|EDQUOT|no space left/i,
    (root) => `The disk that holds ${root} is full; free about 1 GB, ${AGAIN}.`,
  ],
  [
    /EROFS|EACCES|EPERM/,
    (root) =>
      `The packages cannot be written (to ${root}node_modules, or to your npm cache); make both writable for you or move the project to a folder of yours, ${AGAIN}.`,
  ],
  [
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|EIDLETIMEOUT|META_FETCH_FAIL/,
    () =>
      `The npm registry cannot be reached, and the first start has to download packages from it; check the network and the proxy (\`npm ping\` tells), ${AGAIN}.`,
  ],
  [
    /ERR_PNPM_OUTDATED_LOCKFILE/,
    () =>
      `pnpm-lock.yaml does not fit a package.json of this clone; run \`npx -y pnpm@12.21.0 install\`, ${AGAIN}.`,
  ],
]
