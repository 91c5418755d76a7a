import { isolate } from './isolate.ts'

/**
 * Hours, entries and people: of the company and of each department by day, of each project by month. Different people
 * of a period cannot be added up from days, but those can whose hours of that day are their first since some day
 * before the period; so people are counted by the day (or month) on which they had hours before. Between two days,
 * both included, different people are the sum of `people` where `before` is earlier than the first day. Exact for any
 * days, and for whole months of projects. Triggers keep it in the transaction of every write.
 */
export const timesheetSums = {
  up: `
create table timesheet_sums (
  tenant text collate "C" not null check (tenant <> ''),
  kind text collate "C" not null check (kind in ('company', 'department', 'project')),
  -- Id of the department or project; empty for the company.
  key text collate "C" not null,
  starts_on date not null,
  -- Of the same people on the same kind and key; -infinity for those who had none.
  before date not null,
  people bigint not null,
  entries bigint not null,
  hundredths bigint not null,
  primary key (tenant, kind, key, starts_on, before)
);
${isolate('timesheet_sums')}

-- Two who record hours of the same person must take turns, as each has to see what the other wrote.
create function keep_timesheet_sums() returns trigger language plpgsql as $$
begin
  if current_setting('transaction_isolation') <> 'read committed' then
    raise exception 'Timesheets are written in transactions that are READ COMMITTED.' using errcode = '0A000';
  end if;
  if tg_op = 'INSERT' then
    ${keep('select 1 as sign, * from added')}
  elsif tg_op = 'DELETE' then
    ${keep('select -1 as sign, * from removed')}
  else
    ${keep('select 1 as sign, * from added union all select -1, * from removed')}
  end if;
  return null;
end
$$;
create trigger timesheet_sums_on_insert after insert on timesheets
  referencing new table as added for each statement execute function keep_timesheet_sums();
create trigger timesheet_sums_on_update after update on timesheets
  referencing old table as removed new table as added for each statement execute function keep_timesheet_sums();
create trigger timesheet_sums_on_delete after delete on timesheets
  referencing old table as removed for each statement execute function keep_timesheet_sums();

-- Hours follow people into their department of today.
create function move_timesheet_sums() returns trigger language plpgsql as $$
begin
  ${add(`
    with ${placed(`
      select t.tenant, t.employee_id, '' as project_id, t.worked_on as starts_on, 1 as sign, count(*) as entries,
        sum((t.hours * 100)::integer) as hundredths
      from left_behind o join joined n on n.tenant = o.tenant and n.id = o.id
      join timesheets t on t.tenant = o.tenant and t.employee_id = o.id
      where n.department_id <> o.department_id group by 1, 2, 3, 4`)}
    select p.tenant, 'department' as kind, e.department_id as key, starts_on, before, e.sign, entries, hundredths
    from placed p join (
      select 1 as sign, tenant, id, department_id from joined union all select -1, tenant, id, department_id from left_behind
    ) e on e.tenant = p.tenant and e.id = p.employee_id`)};
  return null;
end
$$;
create trigger timesheet_sums_on_move after update on employees
  referencing old table as left_behind new table as joined for each statement execute function move_timesheet_sums();

-- For a tenant that was filled without triggers.
create function rebuild_timesheet_sums(of_tenant text) returns void language sql as $$
  delete from timesheet_sums where tenant = of_tenant;
  ${add(contributions(everything('tenant = of_tenant')))};
$$;

-- The hours there are, of all tenants.
alter table timesheets no force row level security;
alter table employees no force row level security;
alter table timesheet_sums no force row level security;
${add(contributions(everything('true')))};
alter table timesheets force row level security;
alter table employees force row level security;
alter table timesheet_sums force row level security;
`,
}

/** All days of everybody, and all months of their projects. */
function everything(condition: string): string {
  return `
      select tenant, employee_id, '' as project_id, worked_on as starts_on, 1 as sign, count(*) as entries,
        sum((hours * 100)::integer) as hundredths
      from timesheets where ${condition} group by 1, 2, 3, 4
      union all
      select tenant, employee_id, project_id, month_of(worked_on), 1, count(*), sum((hours * 100)::integer)
      from timesheets where ${condition} group by 1, 2, 3, 4`
}

/** Rows of timesheets that were added (sign 1) and removed (-1) by a statement that is done. */
function keep(changes: string): string {
  const employee = 't.tenant = c.tenant and t.employee_id = c.employee_id'
  return `
    perform from employees e
    where (e.tenant, e.id) in (select tenant, employee_id from (${changes}) c)
    order by e.tenant, e.id for no key update;
    ${add(
      contributions(`
      ${states(changes, {
        project: `''`,
        start: (day) => day,
        end: (day) => `${day} + 1`,
        same: employee,
      })}
      union all
      ${states(changes, {
        project: 'project_id',
        start: (day) => `month_of(${day})`,
        end: (day) => `next_month_of(${day})`,
        same: `${employee} and t.project_id = c.project_id`,
      })}`),
    )};`
}

interface Grain {
  project: string
  /** The first day of the day or month that a day is in, and the day after its last. */
  start(day: string): string
  end(day: string): string
  /** Which entries \`t\` are the same people's (and project's) as those of \`c\`. */
  same: string
}

/**
 * Days (or months) around the changes, as they are now with the sign 1 and as they were with -1: from the one before
 * the first change to the one after the last, so that whatever stayed the same cancels out.
 */
function states(changes: string, { project, start, end, same }: Grain): string {
  return `
      select tenant, employee_id, project_id, starts_on, sign, entries, hundredths
      from (
        select tenant, employee_id, project_id, starts_on, sum(now) as now, sum(now_hundredths) as now_hundredths,
          sum(now - change) as was, sum(now_hundredths - change_hundredths) as was_hundredths
        from (
          select t.tenant, t.employee_id, c.project_id, ${start('worked_on')} as starts_on, 1 as now,
            (hours * 100)::integer as now_hundredths, 0 as change, 0 as change_hundredths
          from (
            select c.*, coalesce((select max(worked_on) from timesheets t where ${same} and worked_on < first), first) as near,
              coalesce((select ${end('min(worked_on)')} from timesheets t where ${same} and worked_on >= last), last) as far
            from (
              select tenant, employee_id, ${project} as project_id, ${start('min(worked_on)')} as first,
                ${end('max(worked_on)')} as last
              from (${changes}) c group by 1, 2, 3
            ) c
          ) c join timesheets t on ${same} and worked_on >= near and worked_on < far
          union all
          select tenant, employee_id, ${project}, ${start('worked_on')}, 0, 0, sign, sign * (hours * 100)::integer from (${changes}) c
        ) around group by 1, 2, 3, 4
      ) compared,
      lateral (values (1, now, now_hundredths), (-1, was, was_hundredths)) as state (sign, entries, hundredths)
      where entries > 0`
}

/** Rows with the day or month before them of the same people (and project). */
function placed(rows: string): string {
  return `placed as materialized (
      select *, coalesce(lag(starts_on) over (partition by tenant, employee_id, project_id, sign order by starts_on),
        '-infinity') as before
      from (${rows}) rows
    )`
}

/** What rows add to the sums; those without a project are of the company and of a department. */
function contributions(rows: string): string {
  return `
    with ${placed(rows)}
    select tenant, 'company' as kind, '' as key, starts_on, before, sign, entries, hundredths
    from placed where project_id = ''
    union all
    select tenant, 'project', project_id, starts_on, before, sign, entries, hundredths
    from placed where project_id <> ''
    union all
    select p.tenant, 'department', e.department_id, starts_on, before, sign, entries, hundredths
    from placed p join employees e on e.tenant = p.tenant and e.id = p.employee_id where project_id = ''`
}

/** In the order of the key, so that two writers don't deadlock. */
function add(changes: string): string {
  return `insert into timesheet_sums
    select tenant, kind, key, starts_on, before, sum(sign), sum(sign * entries), sum(sign * hundredths)
    from (${changes}) changes
    group by 1, 2, 3, 4, 5
    having (sum(sign), sum(sign * entries), sum(sign * hundredths)) <> (0, 0, 0)
    order by 1, 2, 3, 4, 5
    on conflict (tenant, kind, key, starts_on, before) do update set
      people = timesheet_sums.people + excluded.people,
      entries = timesheet_sums.entries + excluded.entries,
      hundredths = timesheet_sums.hundredths + excluded.hundredths`
}
