/**
 * Both common 16-bit checks of displays: polynomial 8005, reflected (A001). They differ in the first value
 * only; both are sent low byte first.
 */
const REFLECTED_POLYNOMIAL = 0xa001;

/** CRC-16/ARC, check value BB3D: Onbon cards. */
export function crc16Arc(bytes: Uint8Array): number {
  return crc16(bytes, 0x0000);
}

/** CRC-16/MODBUS, check value 4B37: Modbus over serial line V1.02, clause 2.5.1.2. */
export function crc16Modbus(bytes: Uint8Array): number {
  return crc16(bytes, 0xffff);
}

function crc16(bytes: Uint8Array, initial: number): number {
  let crc = initial;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) {
      crc = (crc & 1) === 1 ? (crc >> 1) ^ REFLECTED_POLYNOMIAL : crc >> 1;
    }
  }
  return crc;
}
