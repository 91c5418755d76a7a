/** A word that is looked for, and what must stand around it: simple patterns over a short window, so no text takes long. */
interface Phrase {
  readonly hook: RegExp
  /** Characters before and after the hook that count. */
  readonly window: readonly [before: number, after: number]
  readonly around: RegExp
}

/** What speaks to a model instead of to a person. */
const PHRASES: readonly Phrase[] = [
  {
    hook: /\b(?:instructions?|prompts?|directives?|guidelines?|guardrails?)\b/gi,
    window: [70, 0],
    around:
      /\b(?:ignore|disregard|forget|override|bypass)\b[^.\n]*\b(?:previous|prior|above|earlier|preceding|other|all|any|your|these|system)\b/i,
  },
  {
    hook: /\bthe (?:user|human)s?\b/gi,
    window: [60, 0],
    around:
      /\b(?:do not|don['’]t|never|without)\b[^.\n]*\b(?:tell|inform|mention|reveal|notify|alert)(?:ing)?\b[^.\n]*$/i,
  },
  {
    hook: /\b(?:system prompt|hidden prompt|initial instructions|api keys?|credentials)\b/gi,
    window: [40, 0],
    around: /\b(?:reveal|print|repeat|output|send|leak|exfiltrate)\b[^.\n]*\b(?:your|the)\b/i,
  },
  {
    hook: /\b(?:you are now|from now on,? you|act as if you)\b/gi,
    window: [0, 70],
    around: /\b(?:ai|assistant|agent|model|unrestricted|jailbroken|developer mode)\b/i,
  },
  {
    hook: /\b(?:this|any|any other|every|other) tools?\b/gi,
    window: [30, 70],
    around:
      /\b(?:before|after|instead of) (?:you )?(?:us|call|invok|runn?)(?:e|ing)\b.*\b(?:you must|first (?:call|read|send)|also (?:call|read|send))\b/i,
  },
  {
    hook: /<\/?(?:system|assistant|instructions?|important|secret|admin|developer)(?:[ _-]?(?:prompt|message|reminder))?\s{0,3}>/gi,
    window: [0, 0],
    around: /^/,
  },
  {
    hook: /<\|(?:im_start|im_end|system|assistant|user|endoftext)\|>|\[\/?INST\]|<<\/?SYS>>/g,
    window: [0, 0],
    around: /^/,
  },
  {
    hook: /\b(?:new|updated|real|actual|hidden|secret) (?:system )?(?:instructions?|prompt)(?: for (?:the )?(?:ai|model|assistant|agent|llm))?\s{0,2}:/gi,
    window: [0, 0],
    around: /^/,
  },
]

/** A part of every hook, so that texts without any cost one look. */
const ANY =
  /instruction|prompt|directive|guideline|guardrail|the user|the human|api key|credential|you are now|from now on|act as if|(?:this|any|every|other) tool|<\/?(?:system|assistant|important|secret|admin|developer)|<\||\[\/?inst|<<\/?sys/i

/** Hooks of one kind that are looked at in one text. More than these are suspicious by themselves. */
const MAX_HOOKS = 200

/** How many kinds of phrases that instruct a model a text has. */
export function instructionsIn(text: string): number {
  if (!ANY.test(text)) return 0
  return PHRASES.reduce((sum, phrase) => sum + (has(text, phrase) ? 1 : 0), 0)
}

function has(text: string, { hook, window: [before, after], around }: Phrase): boolean {
  hook.lastIndex = 0
  for (let seen = 0; seen < MAX_HOOKS; seen++) {
    const found = hook.exec(text)
    if (!found) return false
    const end = found.index + found[0].length
    if (around.test(text.slice(Math.max(0, found.index - before), end + after))) return true
  }
  return true
}
