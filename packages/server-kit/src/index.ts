export { pageReader } from './apps/page.ts'
export {
  compileService,
  PROMPT_META_KEY,
  RESOURCE_META_KEY,
  TOOL_META_KEY,
  toProtocolError,
} from './compile/index.ts'
export { passesLevel } from './compile/log-level.ts'
export type { App, AppDefinition } from './define/app.ts'
export type { ChangeNotifier, Changes } from './define/changes.ts'
export {
  type Annotations,
  type ContentBlock,
  type ResourceContents,
  type RichResult,
  rich,
} from './define/content.ts'
export { defineDomain } from './define/define-domain.ts'
export {
  type Command,
  type CommandContext,
  defineServer,
  type ServerDefinition,
  type ServerOptions,
} from './define/define-server.ts'
export type { Delegation } from './define/delegation.ts'
export type { ConnectContext, Connected, Domain, DomainOptions, Probe } from './define/domain.ts'
export type { Answer, Elicited, InputRequest, Interaction } from './define/interaction.ts'
export type { Prompt, PromptDefinition, PromptMessage } from './define/prompt.ts'
export type {
  Completer,
  ListedResource,
  Page,
  Resource,
  ResourceBody,
  ResourceDefinition,
} from './define/resource.ts'
export type { Skill, SkillDefinition } from './define/skill.ts'
export {
  asTask,
  type FinishedTask,
  type OpenTask,
  type TaskHandle,
  type TaskPolicy,
  type TaskState,
  type Tasks,
} from './define/task.ts'
export type {
  CachePolicy,
  CallContext,
  DataClass,
  Effect,
  Limits,
  LogLevel,
  Progress,
  Tool,
  ToolContext,
  ToolDefinition,
} from './define/tool.ts'
export type { Duration, Rate, Size } from './define/units.ts'
export { APPS_CAPABILITY, APPS_EXTENSION } from './edge/app-wire.ts'
export { Cancellation } from './edge/cancellation.ts'
export { type ChangeEvent, type EventBus, memoryEventBus, redisEventBus } from './edge/event-bus.ts'
export { mayHear } from './edge/may-hear.ts'
export { overload } from './edge/overload.ts'
export { Places, type Room } from './edge/places.ts'
export { ProtocolError } from './edge/protocol-error.ts'
export { type AuditRefusal, createAuditRefusal } from './edge/refusals.ts'
export { createRenderer, type Renderer } from './edge/render.ts'
export type {
  Call,
  Capabilities,
  ClientCapabilities,
  Era,
  Following,
  Method,
  Params,
  Peer,
  Rendered,
  Result,
  ServerInfo,
  Service,
  SubscriptionFilter,
  Tell,
} from './edge/service.ts'
export { SKILLS_CAPABILITY, SKILLS_EXTENSION, type SkillMethod } from './edge/skill-wire.ts'
export {
  followsTasks,
  missingTasks,
  readTaskId,
  TASKS_CAPABILITY,
  TASKS_EXTENSION,
  type TaskMethod,
  UNKNOWN_TASK,
  writeTaskId,
} from './edge/task-wire.ts'
export { TIME_LEFT_META_KEY, timeLeftOf } from './edge/time-left.ts'
export { ConfigError, type Environment, HostConfig, parseEnvironment } from './host/config.ts'
export { createHost, type HostOptions } from './host/create-host.ts'
export { type LifecycleOptions, runUntilSignal } from './host/lifecycle.ts'
export { connectRedis } from './host/redis.ts'
export { createRuntime, type Runtime, type RuntimeOptions } from './host/runtime.ts'
export { type Cursors, createCursors, type Position } from './interaction/cursors.ts'
export { createMarks, type Marks } from './interaction/marks.ts'
export { createSealer, type Sealer } from './interaction/sealer.ts'
export { createLimiters, type Limiters } from './pipeline/limiters.ts'
export { serve } from './serve.ts'
export type { Work, WorkContext } from './tasks/memory-task.ts'
export { type MemoryTasks, type MemoryTasksOptions, memoryTasks } from './tasks/memory-tasks.ts'
