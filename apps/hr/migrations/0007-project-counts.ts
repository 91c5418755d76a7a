import { isolate } from './isolate.ts'

/** How many projects of each status a department has. Triggers keep it in the transaction of every write. */
export const projectCounts = {
  up: `
create table project_counts (
  tenant text collate "C" not null check (tenant <> ''),
  department_id identifier not null,
  status text not null,
  projects bigint not null,
  primary key (tenant, department_id, status)
);
${isolate('project_counts')}

create function keep_project_counts() returns trigger language plpgsql as $$
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
create trigger project_counts_on_insert after insert on projects
  referencing new table as added for each statement execute function keep_project_counts();
create trigger project_counts_on_update after update on projects
  referencing old table as removed new table as added for each statement execute function keep_project_counts();
create trigger project_counts_on_delete after delete on projects
  referencing old table as removed for each statement execute function keep_project_counts();

drop index projects_by_department_status;

-- For a tenant that was filled without triggers.
create function rebuild_project_counts(of_tenant text) returns void language sql as $$
  delete from project_counts where tenant = of_tenant;
  ${add('select 1 as sign, * from projects where tenant = of_tenant')};
$$;

-- The projects there are, of all tenants.
alter table projects no force row level security;
alter table project_counts no force row level security;
${add('select 1 as sign, * from projects')};
alter table projects force row level security;
alter table project_counts force row level security;
`,
}

/** Add rows of projects, each with the sign 1 or -1, in the order of the key, so that two writers don't deadlock. */
function add(changes: string): string {
  return `insert into project_counts
    select tenant, department_id, status, sum(sign) from (${changes}) changed
    group by 1, 2, 3 having sum(sign) <> 0 order by 1, 2, 3
    on conflict (tenant, department_id, status) do update set projects = project_counts.projects + excluded.projects`
}
