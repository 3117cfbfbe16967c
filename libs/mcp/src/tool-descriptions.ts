import type { Tool as ToolDescription } from '@modelcontextprotocol/server'
import { z } from 'zod'
import type { Tool } from './tool.ts'

const described = new WeakMap<Tool, ToolDescription>()

/** The description of a tool in `tools/list`; made once. */
export function describedTool(tool: Tool): ToolDescription {
  const known = described.get(tool)
  if (known !== undefined) return known
  const made: ToolDescription = {
    name: tool.name,
    title: tool.title,
    description: tool.description,
    inputSchema: schemaOf(tool.input, 'input'),
    outputSchema: schemaOf(tool.output, 'output'),
    annotations: {
      title: tool.title,
      readOnlyHint: !tool.changes,
      destructiveHint: tool.changes,
      idempotentHint: !tool.changes,
      openWorldHint: false,
    },
  }
  described.set(tool, made)
  return made
}

function schemaOf(schema: z.ZodObject, io: 'input' | 'output'): ToolDescription['inputSchema'] {
  const { $schema: _, ...json } = z.toJSONSchema(schema, {
    target: 'draft-2020-12',
    io,
    // Removes bounds that every JSON number has: they have no meaning, and a model has to read them.
    override: ({ jsonSchema }) => {
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum
    },
  })
  return { ...json, type: 'object' } as ToolDescription['inputSchema']
}
