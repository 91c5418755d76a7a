import type { Generated } from 'kysely'
import type { Migrations } from '../../src/index.ts'

export interface NotesSchema {
  note: { id: Generated<number>; tenant: string; author: Generated<string>; body: string }
}

export const notes: Migrations = {
  '0001_note': {
    up: `create table note (
        id bigint generated always as identity primary key,
        tenant text not null,
        author text not null default current_setting('app.subject'),
        body text not null,
        unique (tenant, body)
      );
      alter table note enable row level security;
      alter table note force row level security;
      create policy tenant on note using (tenant = current_setting('app.tenant', true));`,
  },
}

export const alice = { tenant: 'acme', subject: 'alice' }
export const bob = { tenant: 'globex', subject: 'bob' }
