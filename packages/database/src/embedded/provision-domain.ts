import { provisionDatabase } from './provision-database.ts'

export interface DomainAccess {
  ownerUrl: string
  appUrl: string
}

/**
 * Make the database `atoll_<domain>` with the roles `<domain>_owner` and `<domain>_app`; what exists stays and
 * gets the given passwords. Hyphens become underscores. `adminUrl` is a superuser's.
 */
export function provisionDomain(
  adminUrl: string,
  { domain, passwords }: { domain: string; passwords: { owner: string; app: string } },
): Promise<DomainAccess> {
  const name = domain.replaceAll('-', '_')
  return provisionDatabase(adminUrl, {
    database: `atoll_${name}`,
    owner: { name: `${name}_owner`, password: passwords.owner },
    app: { name: `${name}_app`, password: passwords.app },
  })
}
