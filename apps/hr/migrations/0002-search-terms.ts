import { isolate } from './isolate.ts'

/**
 * The words of each employee, for text search by prefix. LIKE and full text operators are not leakproof, so
 * under row-level security they cannot use an index; comparing words as text can.
 */
export const searchTerms = {
  up: `
create function search_key(value text) returns text language sql immutable strict parallel safe
return lower(regexp_replace(normalize(value, NFD), '[\\u0300-\\u036F]', '', 'g'));

create function search_words(value text) returns setof text language sql immutable strict parallel safe
as $$
  select distinct word from regexp_split_to_table(search_key(value), '[\\s.,;:/&+()''"_-]+') as word where word <> ''
$$;

create table employee_terms (
  tenant text collate "C" not null check (tenant <> ''),
  employee_id identifier not null,
  field text not null,
  term text collate "C" not null,
  primary key (tenant, employee_id, field, term),
  foreign key (tenant, employee_id) references employees (tenant, id) on delete cascade
);
create index employee_terms_by_term on employee_terms (tenant, term, field, employee_id);
${isolate('employee_terms')}

create function index_employee_terms() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' then
    delete from employee_terms using changed
    where employee_terms.tenant = changed.tenant and employee_terms.employee_id = changed.id;
  end if;
  insert into employee_terms (tenant, employee_id, field, term)
  select tenant, id, 'name', word from changed, search_words(name) as word
  union all
  select tenant, id, 'role', word from changed, search_words(role) as word
  union all
  select tenant, id, 'email', word from changed, search_words(split_part(email, '@', 1)) as word;
  return null;
end
$$;
create trigger employee_terms_on_insert after insert on employees
  referencing new table as changed for each statement execute function index_employee_terms();
create trigger employee_terms_on_update after update on employees
  referencing new table as changed for each statement execute function index_employee_terms();
`,
}
