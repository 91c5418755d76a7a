import { isolate } from './isolate.ts'

const TABLES = ['companies', 'departments', 'employees', 'projects', 'timesheets']

/**
 * Every key starts with the tenant, so that the policies' condition is the first column of every index.
 * References are checked at commit: an import brings managers and reports in any order.
 */
export const tables = {
  up: `
create domain identifier as text collate "C" check (value ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$');

create table companies (
  tenant text collate "C" primary key check (tenant <> ''),
  name text not null,
  headquarters text not null,
  time_zone text not null,
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  fiscal_year_start_month smallint not null check (fiscal_year_start_month between 1 and 12),
  hours_per_week numeric(4, 1) not null check (hours_per_week > 0),
  founded_on date not null
);

create table departments (
  tenant text collate "C" not null check (tenant <> ''),
  id identifier not null,
  name text not null,
  head_id identifier,
  cost_center text,
  annual_budget_minor bigint check (annual_budget_minor >= 0),
  currency text check (currency ~ '^[A-Z]{3}$'),
  primary key (tenant, id),
  constraint departments_name_once unique (tenant, name) deferrable initially deferred,
  check ((annual_budget_minor is null) = (currency is null))
);

create table employees (
  tenant text collate "C" not null check (tenant <> ''),
  id identifier not null,
  first_name text not null,
  last_name text not null,
  name text not null generated always as (first_name || ' ' || last_name) stored,
  email text collate "C" not null,
  role text not null,
  department_id identifier not null,
  location text not null,
  location_key text not null generated always as (lower(location)) stored,
  manager_id identifier,
  employment_type text not null default 'full_time' check (employment_type in ('full_time', 'part_time', 'contractor', 'intern')),
  hired_on date not null,
  left_on date,
  salary_band text,
  primary key (tenant, id),
  constraint employees_email_once unique (tenant, email) deferrable initially deferred,
  constraint employees_department foreign key (tenant, department_id)
    references departments (tenant, id) deferrable initially deferred,
  constraint employees_manager foreign key (tenant, manager_id)
    references employees (tenant, id) deferrable initially deferred,
  constraint employees_manage_others check (manager_id <> id),
  constraint employees_leave_after_hire check (left_on > hired_on)
);
create index employees_by_name on employees (tenant, name, id);
create index employees_by_hire on employees (tenant, hired_on, id);
create index employees_by_role on employees (tenant, role, id);
create index employees_by_department on employees (tenant, department_id, name, id);
create index employees_by_location on employees (tenant, location_key, name, id);
create index employees_by_manager on employees (tenant, manager_id, name, id);
create index employees_by_leaving on employees (tenant, left_on, id) where left_on is not null;

alter table departments add constraint departments_head foreign key (tenant, head_id)
  references employees (tenant, id) deferrable initially deferred;
create index departments_by_head on departments (tenant, head_id);

create table projects (
  tenant text collate "C" not null check (tenant <> ''),
  id identifier not null,
  name text not null,
  department_id identifier not null,
  lead_id identifier,
  status text not null check (status in ('planned', 'active', 'on_hold', 'completed')),
  starts_on date not null,
  ends_on date,
  budget_minor bigint not null check (budget_minor >= 0),
  spent_minor bigint not null check (spent_minor >= 0),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  budget_hours integer not null check (budget_hours >= 0),
  primary key (tenant, id),
  constraint projects_department foreign key (tenant, department_id)
    references departments (tenant, id) deferrable initially deferred,
  constraint projects_lead foreign key (tenant, lead_id)
    references employees (tenant, id) deferrable initially deferred,
  check (ends_on >= starts_on)
);
create index projects_by_department on projects (tenant, department_id, id);
create index projects_by_lead on projects (tenant, lead_id);

create table timesheets (
  tenant text collate "C" not null check (tenant <> ''),
  employee_id identifier not null,
  project_id identifier not null,
  worked_on date not null,
  hours numeric(4, 2) not null check (hours > 0 and hours <= 24),
  primary key (tenant, employee_id, worked_on, project_id),
  constraint timesheets_employee foreign key (tenant, employee_id) references employees (tenant, id),
  constraint timesheets_project foreign key (tenant, project_id) references projects (tenant, id)
);
create index timesheets_by_day on timesheets (tenant, worked_on, project_id, employee_id) include (hours);
create index timesheets_by_project on timesheets (tenant, project_id, worked_on, employee_id) include (hours);
${TABLES.map(isolate).join('')}
`,
}
