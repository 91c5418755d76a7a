import pg from 'pg'

/** 40,000 reports of 200 people, those of `alice` among them, in tenant `many`; of each person 1 in 20 has failed. */
export async function fillMany(ownerUrl: string): Promise<void> {
  const owner = new pg.Client({ connectionString: ownerUrl })
  await owner.connect()
  await owner.query(`select set_config('app.tenant', 'many', false)`)
  await owner.query(`
    insert into reports (tenant, id, subject, type, from_day, to_day, priority, granted, fingerprint, status, job_id,
      steps_total, content, failure, requested_at, finished_at)
    select 'many', 'rep_' || lpad(to_hex(n), 24, '0'), case who when 0 then 'alice' else 'person-' || who end, 'headcount',
      '2026-01-01', '2026-03-31', 'normal', '{hr:read}', n::text, case when failed then 'failed' else 'ready' end,
      gen_random_uuid(), 1, case when not failed then '{"sections":[]}'::jsonb end, case when failed then 'It failed.' end,
      asked, asked + interval '1 minute'
    from (
      select n, n % 200 as who, n / 200 % 20 = 0 as failed, timestamptz '2026-01-01' + n * interval '1 minute' as asked
      from generate_series(1, 40000) n
    ) numbered`)
  await owner.query('vacuum analyze reports')
  await owner.end()
}
