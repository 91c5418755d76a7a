import { isolate } from './isolate.ts'

/**
 * How many people joined and left in each month and each year, by department, and by department and office, with the
 * sum of their hire dates in days since 2000-01-01, from which tenure follows. Headcounts read a few hundred rows of it
 * however many people there are. Triggers keep it in the transaction of every write.
 */
export const staffMoves = {
  up: `
create function month_of(day date) returns date language sql immutable parallel safe
return day - (extract(day from day)::integer - 1);

create function next_month_of(day date) returns date language sql immutable parallel safe
return (date_trunc('month', day::timestamp) + interval '1 month')::date;

create function year_of(day date) returns date language sql immutable parallel safe
return make_date(extract(year from day)::integer, 1, 1);

create table staff_moves (
  tenant text collate "C" not null check (tenant <> ''),
  grain text collate "C" not null check (grain in ('month', 'year')),
  -- Empty for all of them.
  location text not null,
  department_id identifier not null,
  starts_on date not null,
  joined bigint not null,
  joined_days bigint not null,
  gone bigint not null,
  gone_days bigint not null,
  primary key (tenant, grain, location, department_id, starts_on)
);
${isolate('staff_moves')}

create function keep_staff_moves() returns trigger language plpgsql as $$
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
create trigger staff_moves_on_insert after insert on employees
  referencing new table as added for each statement execute function keep_staff_moves();
create trigger staff_moves_on_update after update on employees
  referencing old table as removed new table as added for each statement execute function keep_staff_moves();
create trigger staff_moves_on_delete after delete on employees
  referencing old table as removed for each statement execute function keep_staff_moves();

create index projects_by_department_status on projects (tenant, department_id, status);

-- For a tenant that was filled without triggers.
create function rebuild_staff(of_tenant text) returns void language sql as $$
  delete from staff_moves where tenant = of_tenant;
  ${add('select 1 as sign, * from employees where tenant = of_tenant')};
  delete from employee_terms where tenant = of_tenant;
  insert into employee_terms (tenant, employee_id, field, term)
  select tenant, id, 'name', word from employees, search_words(name) as word where tenant = of_tenant
  union all
  select tenant, id, 'role', word from employees, search_words(role) as word where tenant = of_tenant
  union all
  select tenant, id, 'email', word from employees, search_words(split_part(email, '@', 1)) as word
  where tenant = of_tenant;
$$;

-- The people there are, of all tenants.
alter table employees no force row level security;
alter table staff_moves no force row level security;
${add('select 1 as sign, * from employees')};
alter table employees force row level security;
alter table staff_moves force row level security;
`,
}

/** Add rows of employees, each with the sign 1 or -1, in the order of the key, so that two writers don't deadlock. */
function add(changes: string): string {
  return `insert into staff_moves
    select tenant, grain, place, department_id, case grain when 'month' then month_of(day) else year_of(day) end as starts_on,
      sum(joined), sum(joined_days), sum(gone), sum(gone_days)
    from (
      select tenant, department_id, location, hired_on as day,
        sign as joined, sign * (hired_on - date '2000-01-01') as joined_days, 0 as gone, 0 as gone_days
      from (${changes}) changed
      union all
      select tenant, department_id, location, left_on, 0, 0, sign, sign * (hired_on - date '2000-01-01')
      from (${changes}) changed where left_on is not null
    ) moves, unnest(array['month', 'year']) as grain, unnest(array[location, '']) as place
    group by 1, 2, 3, 4, 5
    having (sum(joined), sum(joined_days), sum(gone), sum(gone_days)) <> (0, 0, 0, 0)
    order by 1, 2, 3, 4, 5
    on conflict (tenant, grain, location, department_id, starts_on) do update set
      joined = staff_moves.joined + excluded.joined,
      joined_days = staff_moves.joined_days + excluded.joined_days,
      gone = staff_moves.gone + excluded.gone,
      gone_days = staff_moves.gone_days + excluded.gone_days`
}
