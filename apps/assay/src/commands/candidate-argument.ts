import { readFileSync } from 'node:fs'
import { type Candidate, CandidateSchema } from '@assay/contracts/assay/candidate/v1/candidate_pb'
import { create, fromJson, type MessageInitShape } from '@bufbuild/protobuf'

/** The forms of an argument that names a candidate; part of the help of commands. */
export const candidateHelp =
  'suggestion:ID, role:ID (a potential role), profile:ID, draft:ID, model:ID/NUMBER, or @FILE.json with a candidate as the API takes it'

/** @throws Error with the forms of a candidate */
export function candidateOf(text: string): Candidate {
  if (text.startsWith('@')) return candidateOfFile(text.slice(1))
  const [, kind, id] = /^([a-z]+):(.+)$/.exec(text) ?? []
  const source = kind === undefined || id === undefined ? undefined : sourceOf(kind, id)
  if (source === undefined) throw new Error(`"${text}" is not a candidate. Give ${candidateHelp}`)
  return create(CandidateSchema, { source })
}

function sourceOf(kind: string, id: string): NonNullable<Source> | undefined {
  switch (kind) {
    case 'suggestion':
      return { case: 'suggestionId', value: id }
    case 'role':
      return { case: 'potentialRoleId', value: id }
    case 'profile':
      return { case: 'accessProfileId', value: id }
    case 'draft':
      return { case: 'draftId', value: id }
    case 'model': {
      const [, roleModelId, number] = /^(.+)\/(\d{1,9})$/.exec(id) ?? []
      if (roleModelId === undefined) return undefined
      return { case: 'modelRole', value: { roleModelId, number: Number(number) } }
    }
    default:
      return undefined
  }
}

type Source = Extract<MessageInitShape<typeof CandidateSchema>, { $typeName?: never }>['source']

function candidateOfFile(path: string): Candidate {
  const text = readFileSync(path, 'utf8')
  try {
    return fromJson(CandidateSchema, JSON.parse(text))
  } catch (error) {
    throw new Error(`${path} has no valid candidate: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    })
  }
}
