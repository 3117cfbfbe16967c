import { describe, expect, test } from 'vitest'
import { templateCases } from './conformance/template-cases.ts'
import { parsePathTemplate, TemplateError } from './path-template.ts'

describe('a path template', () => {
  test.each(templateCases.map((each) => [each.id, each.template, each] as const))('%s: %s', (_id, template, each) => {
    if ('column' in each) {
      const error = refusal(template)
      expect(error.message).toMatch(each.reason)
      expect(error.column).toBe(each.column)
      return
    }
    const parsed = parsePathTemplate(template)
    const segments = parsed.segments.map((segment) =>
      segment.kind === 'literal' ? segment.text : segment.kind === 'one' ? '*' : '**',
    )
    expect(segments).toEqual(each.segments)
    expect(Object.fromEntries(parsed.variables.map(({ fieldPath, start, end }) => [fieldPath, [start, end]]))).toEqual(
      each.variables ?? {},
    )
    expect(parsed.verb).toBe(each.verb ?? '')
  })
})

function refusal(template: string): TemplateError {
  try {
    parsePathTemplate(template)
  } catch (error) {
    if (error instanceof TemplateError) return error
    throw error
  }
  throw new Error(`${template} is accepted`)
}
