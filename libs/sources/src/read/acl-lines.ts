import type { PrintedReader } from './printed-reader.ts'

export const aclColumns = ['resource_type', 'resource', 'principal', 'host', 'operation', 'permission'] as const

const title =
  /^Current ACLs for resource `(?:ResourcePattern\(resourceType=(\w+), name=(.+), patternType=(\w+)\)|(\w+):(?:(LITERAL|PREFIXED):)?(.+))`:$/
const entry = /^\(principal=(.+), host=(.+), operation=(\w+), permissionType=(\w+)\)$/
/** Of versions before 2.4. */
const sentence = /^(\S.*) has (Allow|Deny) permission for operations: (\w+) from hosts: (.+)$/
const remark = /^ACLs for principal `.*`$/

/** What `kafka-acls --list` prints. */
export function isAclList(lines: readonly string[]): boolean {
  const [first = '', ...others] = lines.map((text) => text.trim()).filter((text) => !remark.test(text))
  return title.test(first) && others.length > 0 && others.every((text) => isAclLine(text))
}

function isAclLine(text: string): boolean {
  return title.test(text) || entry.test(text) || sentence.test(text)
}

/** A row for each entry of each list. The names of a prefix end with `*`. */
export class AclLines implements PrintedReader {
  #resource: readonly [type: string, name: string] | undefined

  take(line: string): readonly (readonly string[])[] | string {
    const text = line.trim()
    if (text === '' || remark.test(text)) return []
    const found = title.exec(text)
    if (found !== null) {
      const [, type = found[4], name = found[6], pattern = found[5]] = found
      this.#resource = [(type ?? '').toLowerCase(), `${name ?? ''}${pattern === 'PREFIXED' ? '*' : ''}`]
      return []
    }
    if (this.#resource === undefined) return 'the line belongs to no resource'
    const [, principal = '', host = '', operation = '', permission = ''] = entry.exec(text) ?? []
    if (principal !== '')
      return [[...this.#resource, principal, host, operation.toUpperCase(), permission.toUpperCase()]]
    const [, who = '', allows = '', what = '', from = ''] = sentence.exec(text) ?? []
    if (who === '')
      return 'the line is no entry of a list, such as "(principal=User:ana, host=*, operation=READ, permissionType=ALLOW)"'
    return [[...this.#resource, who, from, what.toUpperCase(), allows.toUpperCase()]]
  }

  end(): readonly (readonly string[])[] {
    return []
  }
}
