import { type DescMessage, fromBinary, type Message } from '@bufbuild/protobuf'

/**
 * A message in its wire format. The handler of a unary rpc in a proxy may return it instead of the message; its JSON is then
 * written from the bytes. Interceptors around such a handler cannot read its fields.
 */
export class UnreadMessage implements Message {
  readonly $typeName: string
  readonly wire: Buffer

  /** @param wire bytes that must not change any more */
  constructor({ typeName }: DescMessage, wire: Buffer) {
    this.$typeName = typeName
    this.wire = wire
  }

  /** @throws if the bytes are not the wire format of the message */
  read(desc: DescMessage): Message {
    return fromBinary(desc, this.wire)
  }
}
