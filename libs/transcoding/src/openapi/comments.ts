import type {
  DescEnum,
  DescEnumValue,
  DescField,
  DescMessage,
  DescMethod,
  DescOneof,
  DescService,
  JsonObject,
} from '@bufbuild/protobuf'
import type { DescriptorProto, EnumDescriptorProto, FileDescriptorProto } from '@bufbuild/protobuf/wkt'

/** Declarations that can have a comment. */
type Commented = DescService | DescMethod | DescMessage | DescField | DescOneof | DescEnum | DescEnumValue

/** Comments of proto files; generated descriptors do not have them. */
export interface Comments {
  /** The comment above a declaration or, if there is none, the comment after it; empty if there is none. */
  of(desc: Commented): string
}

/** Reads the comments of files with source info, by the full names of their declarations. */
export function readComments(files: readonly FileDescriptorProto[]): Comments {
  const texts = new Map<string, string>()
  for (const file of files) {
    for (const [name, text] of commentsOf(file)) texts.set(name, text)
  }
  return { of: (desc) => texts.get(nameOf(desc)) ?? '' }
}

function nameOf(desc: Commented): string {
  switch (desc.kind) {
    case 'field':
    case 'oneof':
    case 'rpc':
    case 'enum_value':
      return `${desc.parent.typeName}.${desc.name}`
    default:
      return desc.typeName
  }
}

/** Names with their comments. The numbers in the paths are field numbers of descriptor.proto. */
function* commentsOf(file: FileDescriptorProto): Iterable<[name: string, text: string]> {
  const byPath = new Map<string, string>()
  for (const { path, leadingComments, trailingComments } of file.sourceCodeInfo?.location ?? []) {
    const text = tidy(leadingComments) || tidy(trailingComments)
    if (text !== '') byPath.set(path.join('.'), text)
  }
  if (byPath.size === 0) return
  const found = function* (name: string, path: string): Iterable<[string, string]> {
    const text = byPath.get(path)
    if (text !== undefined) yield [name, text]
  }
  const inEnum = function* (type: EnumDescriptorProto, scope: string, path: string): Iterable<[string, string]> {
    const name = `${scope}${type.name}`
    yield* found(name, path)
    for (const [i, value] of type.value.entries()) yield* found(`${name}.${value.name}`, `${path}.2.${i}`)
  }
  const inMessage = function* (type: DescriptorProto, scope: string, path: string): Iterable<[string, string]> {
    const name = `${scope}${type.name}`
    yield* found(name, path)
    for (const [i, field] of type.field.entries()) yield* found(`${name}.${field.name}`, `${path}.2.${i}`)
    for (const [i, oneof] of type.oneofDecl.entries()) yield* found(`${name}.${oneof.name}`, `${path}.8.${i}`)
    for (const [i, nested] of type.nestedType.entries()) yield* inMessage(nested, `${name}.`, `${path}.3.${i}`)
    for (const [i, nested] of type.enumType.entries()) yield* inEnum(nested, `${name}.`, `${path}.4.${i}`)
  }
  const scope = file.package === '' ? '' : `${file.package}.`
  for (const [i, type] of file.messageType.entries()) yield* inMessage(type, scope, `4.${i}`)
  for (const [i, type] of file.enumType.entries()) yield* inEnum(type, scope, `5.${i}`)
  for (const [i, service] of file.service.entries()) {
    const name = `${scope}${service.name}`
    yield* found(name, `6.${i}`)
    for (const [j, method] of service.method.entries()) yield* found(`${name}.${method.name}`, `6.${i}.2.${j}`)
  }
}

/**
 * The comment as Markdown, without the parts that are only for the authors of the proto (AIP-192). Each paragraph becomes one
 * line, because many renderers of Markdown break lines where the proto did. Paragraphs with lists or indented lines do not
 * change.
 */
function tidy(comment: string): string {
  return comment
    .replace(/\(--.*?--\)/gs, '')
    .replace(/^[ \t]/gm, '')
    .replace(/^buf:lint:.*$/gm, '')
    .trim()
    .split(/\n\s*\n/)
    .map((paragraph) => (/^(?:\s|[-*#>|]|\d+\.)/m.test(paragraph) ? paragraph : paragraph.replaceAll('\n', ' ')))
    .join('\n\n')
}

/** The first sentence without its full stop, for headings; empty if it is too long for one. */
export function firstSentence(text: string, longest = 200): string {
  const [first = ''] = text.split(/\n\s*\n/, 1)
  const paragraph = first.replaceAll(/\s+/g, ' ')
  const sentence = /^(.*?[^.])\.(?:\s|$)/.exec(paragraph)?.[1] ?? paragraph
  return sentence.length <= longest ? sentence : ''
}

/** The values in code marks after the word `Example:` of a comment, as texts. Several values are separated by commas. */
export function examplesIn(text: string): string[] {
  const list = /\bExample:\s+(`[^`]+`(?:,\s+`[^`]+`)*)/.exec(text)?.[1] ?? ''
  return [...list.matchAll(/`([^`]+)`/g)].map(([, value = '']) => value)
}

/** The member `description`, if the text is not empty. */
export function described(description: string): JsonObject {
  return description === '' ? {} : { description }
}
