import { isFromSource, missingPage } from '../apps/page.ts'
import type { App } from './app.ts'
import type { Prompt } from './prompt.ts'
import type { Resource } from './resource.ts'
import type { Skill } from './skill.ts'
import type { Tool } from './tool.ts'
import { milliseconds, rate } from './units.ts'

/** Throws a TypeError for what the type system cannot see; returns the tool unchanged. */
export function checkTool<T extends Tool>(tool: T, hasTasks: boolean): T {
  const fail = (why: string): never => {
    throw new TypeError(`Tool ${tool.domain}/${tool.name}: ${why}`)
  }
  if (!/^[a-z][a-z0-9_]{0,47}$/.test(tool.name)) fail('the name must be at most 48 characters of [a-z0-9_]')
  checkCommon(tool, fail)
  if (tool.effect !== 'read' && tool.cache) fail('only reads may be cached; a write says what it clears')
  if (tool.cost !== undefined && !isCost(tool.cost))
    fail('the cost is a whole number of units, from 0 to 1,000,000')
  if (tool.task) checkTask(tool, hasTasks, fail)
  return tool
}

function isCost(units: number): boolean {
  return Number.isInteger(units) && units >= 0 && units <= 1_000_000
}

/** Throws a TypeError for what the type system cannot see; returns the resource unchanged. */
export function checkResource<T extends Resource>(resource: T): T {
  const fail = (why: string): never => {
    throw new TypeError(`Resource ${resource.domain}/${resource.name}: ${why}`)
  }
  if (!/^[a-z][a-z0-9+.-]*:\/\//.test(resource.uri)) fail(`"${resource.uri}" is not an absolute URI`)
  checkCommon(resource, fail)
  return resource
}

/** Throws a TypeError for what the type system cannot see; returns the prompt unchanged. */
export function checkPrompt<P extends Prompt>(prompt: P): P {
  checkScopes(prompt, (why) => {
    throw new TypeError(`Prompt ${prompt.domain}/${prompt.name}: ${why}`)
  })
  return prompt
}

/** Throws a TypeError for what the type system cannot see; returns the app unchanged. */
export function checkApp<A extends App>(app: A): A {
  const fail = (why: string): never => {
    throw new TypeError(`App ${app.domain}/${app.name}: ${why}`)
  }
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(app.name))
    fail('the name must be lower-case words joined by hyphens')
  checkScopes(app, fail)
  const missing = missingPage(app)
  if (missing !== undefined) {
    fail(
      `there is no ${missing}${isFromSource(app) ? '' : '; name it in "apps" of "atollBundle" and build again'}`,
    )
  }
  return app
}

/** Throws a TypeError for what the type system cannot see; returns the skill unchanged. */
export function checkSkill<S extends Skill>(skill: S): S {
  const fail = (why: string): never => {
    throw new TypeError(`Skill ${skill.domain}/${skill.name}: ${why}`)
  }
  // Both from the Agent Skills specification.
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(skill.name) || skill.name.length > 64)
    fail('the name must be at most 64 characters: lower-case words joined by hyphens')
  if (skill.description.trim() === '' || skill.description.length > 1024)
    fail('the description must have 1 to 1024 characters')
  checkScopes(skill, fail)
  const paths = Object.keys(skill.files ?? {})
  const bad = paths.find((path) => !/^[\w-][\w.-]*(\/[\w-][\w.-]*)*$/.test(path) || path === 'SKILL.md')
  if (bad !== undefined) fail(`"${bad}" must be a path in its folder, like "references/metrics.md"`)
  if (paths.length >= MOST_FILES) fail(`it has more than ${MOST_FILES} files, which hosts need not load`)
  return skill
}

/** With `SKILL.md` (MCP Skills, Limits). */
const MOST_FILES = 512

function checkTask({ task, cache, clears }: Tool, hasTasks: boolean, fail: (why: string) => never): void {
  if (!hasTasks) fail('it has a task, and its domain does not say where its tasks are found')
  if (cache || clears) fail('its work ends after the call, so it neither has a cache nor clears one')
  if (task?.wait) milliseconds(task.wait)
}

function checkCommon(
  item: Pick<Tool | Resource, 'scopes' | 'optionalScopes' | 'delegates' | 'data' | 'cache' | 'limits'>,
  fail: (why: string) => never,
): void {
  checkScopes(item, fail)
  const differs = item.optionalScopes?.length || item.delegates?.length
  if (differs && item.cache && item.cache.shared !== 'principal')
    fail(
      'with optional scopes or delegates answers differ by caller, so they are only cached for each principal',
    )
  if (item.data === 'restricted' && item.cache) fail('restricted data is never cached')
  if (item.data === 'confidential' && item.cache?.shared === 'public')
    fail('confidential data is never shared with everybody')
  if (item.cache) milliseconds(item.cache.ttl)
  if (item.limits?.timeout) milliseconds(item.limits.timeout)
  if (item.limits?.rate) rate(item.limits.rate)
}

function checkScopes(
  { scopes, optionalScopes = [] }: { scopes: readonly string[]; optionalScopes?: readonly string[] },
  fail: (why: string) => never,
): void {
  if (scopes.length === 0) fail('it needs at least one scope')
  const both = optionalScopes.find((scope) => scopes.includes(scope))
  if (both !== undefined) fail(`"${both}" is either needed or optional`)
}
