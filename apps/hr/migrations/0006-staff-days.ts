/** Grains, and places that they are kept of: an office, or empty for all. */
const SUMS = `('month', location), ('year', location), ('month', ''), ('year', ''), ('day', '')`

/**
 * Who joined and left on each day, by department, beside the months and years: the days at the ends of a period, or
 * of the month that is going on, are then read from sums as well, unless offices are told apart.
 */
export const staffDays = {
  up: `
alter table staff_moves drop constraint staff_moves_grain_check;
alter table staff_moves add constraint staff_moves_grain_check check (grain in ('day', 'month', 'year'));
create index staff_moves_by_start on staff_moves (tenant, grain, location, starts_on);

create or replace function keep_staff_moves() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    ${add('select 1 as sign, * from added')};
  elsif tg_op = 'DELETE' then
    ${add('select -1 as sign, * from removed')};
  else
    ${add('select 1 as sign, * from added union all select -1, * from removed')};
  end if;
  return null;
end
$$;

-- For a tenant that was filled without triggers.
create function rebuild_staff_moves(of_tenant text) returns void language sql as $$
  delete from staff_moves where tenant = of_tenant;
  ${add('select 1 as sign, * from employees where tenant = of_tenant')};
$$;

-- The days there are, of all tenants.
alter table employees no force row level security;
alter table staff_moves no force row level security;
${add('select 1 as sign, * from employees', `('day', '')`)};
alter table employees force row level security;
alter table staff_moves force row level security;
`,
}

/** Add rows of employees, each with the sign 1 or -1, in the order of the key, so that two writers don't deadlock. */
function add(changes: string, sums = SUMS): string {
  return `insert into staff_moves
    select tenant, grain, place, department_id,
      case grain when 'day' then day when 'month' then month_of(day) else year_of(day) end as starts_on,
      sum(joined), sum(joined_days), sum(gone), sum(gone_days)
    from (
      select tenant, department_id, location, hired_on as day,
        sign as joined, sign * (hired_on - date '2000-01-01') as joined_days, 0 as gone, 0 as gone_days
      from (${changes}) changed
      union all
      select tenant, department_id, location, left_on, 0, 0, sign, sign * (hired_on - date '2000-01-01')
      from (${changes}) changed where left_on is not null
    ) moves, lateral (values ${sums}) as sums (grain, place)
    group by 1, 2, 3, 4, 5
    having (sum(joined), sum(joined_days), sum(gone), sum(gone_days)) <> (0, 0, 0, 0)
    order by 1, 2, 3, 4, 5
    on conflict (tenant, grain, location, department_id, starts_on) do update set
      joined = staff_moves.joined + excluded.joined,
      joined_days = staff_moves.joined_days + excluded.joined_days,
      gone = staff_moves.gone + excluded.gone,
      gone_days = staff_moves.gone_days + excluded.gone_days`
}
