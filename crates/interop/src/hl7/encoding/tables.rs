//! Characters of the upper half of single-byte sets, in order: from A0 in ISO 8859, where 80 to 9F are control characters, and from 80
//! in Windows-1250. What a set leaves open is the replacement character. Source: the mapping tables of the Unicode Consortium
//! (MAPPINGS/ISO8859, MAPPINGS/VENDORS/MICSFT/WINDOWS).

/// ISO 8859-2: Central European.
pub(super) const ISO_8859_2: &str = "\
     \u{a0}Ą˘Ł¤ĽŚ§¨ŠŞŤŹ\u{ad}ŽŻ\
     °ą˛ł´ľśˇ¸šşťź˝žż\
     ŔÁÂĂÄĹĆÇČÉĘËĚÍÎĎ\
     ĐŃŇÓÔŐÖ×ŘŮÚŰÜÝŢß\
     ŕáâăäĺćçčéęëěíîď\
     đńňóôőö÷řůúűüýţ˙";

/// ISO 8859-3: South European.
pub(super) const ISO_8859_3: &str = "\
     \u{a0}Ħ˘£¤\u{fffd}Ĥ§¨İŞĞĴ\u{ad}\u{fffd}Ż\
     °ħ²³´µĥ·¸ışğĵ½\u{fffd}ż\
     ÀÁÂ\u{fffd}ÄĊĈÇÈÉÊËÌÍÎÏ\
     \u{fffd}ÑÒÓÔĠÖ×ĜÙÚÛÜŬŜß\
     àáâ\u{fffd}äċĉçèéêëìíîï\
     \u{fffd}ñòóôġö÷ĝùúûüŭŝ˙";

/// ISO 8859-4: North European.
pub(super) const ISO_8859_4: &str = "\
     \u{a0}ĄĸŖ¤ĨĻ§¨ŠĒĢŦ\u{ad}Ž¯\
     °ą˛ŗ´ĩļˇ¸šēģŧŊžŋ\
     ĀÁÂÃÄÅÆĮČÉĘËĖÍÎĪ\
     ĐŅŌĶÔÕÖ×ØŲÚÛÜŨŪß\
     āáâãäåæįčéęëėíîī\
     đņōķôõö÷øųúûüũū˙";

/// ISO 8859-5: Cyrillic.
pub(super) const ISO_8859_5: &str = "\
     \u{a0}ЁЂЃЄЅІЇЈЉЊЋЌ\u{ad}ЎЏ\
     АБВГДЕЖЗИЙКЛМНОП\
     РСТУФХЦЧШЩЪЫЬЭЮЯ\
     абвгдежзийклмноп\
     рстуфхцчшщъыьэюя\
     №ёђѓєѕіїјљњћќ§ўџ";

/// ISO 8859-6: Arabic.
pub(super) const ISO_8859_6: &str = "\
     \u{a0}\u{fffd}\u{fffd}\u{fffd}¤\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{60c}\u{ad}\u{fffd}\u{fffd}\
     \u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{61b}\u{fffd}\u{fffd}\u{fffd}\u{61f}\
     \u{fffd}\u{621}\u{622}\u{623}\u{624}\u{625}\u{626}\u{627}\u{628}\u{629}\u{62a}\u{62b}\u{62c}\u{62d}\u{62e}\u{62f}\
     \u{630}\u{631}\u{632}\u{633}\u{634}\u{635}\u{636}\u{637}\u{638}\u{639}\u{63a}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\
     \u{640}\u{641}\u{642}\u{643}\u{644}\u{645}\u{646}\u{647}\u{648}\u{649}\u{64a}\u{64b}\u{64c}\u{64d}\u{64e}\u{64f}\
     \u{650}\u{651}\u{652}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}";

/// ISO 8859-7: Greek.
pub(super) const ISO_8859_7: &str = "\
     \u{a0}‘’£€₯¦§¨©ͺ«¬\u{ad}\u{fffd}\u{2015}\
     °±²³΄΅Ά·ΈΉΊ»Ό½ΎΏ\
     ΐΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟ\
     ΠΡ\u{fffd}ΣΤΥΦΧΨΩΪΫάέήί\
     ΰαβγδεζηθικλμνξο\
     πρςστυφχψωϊϋόύώ\u{fffd}";

/// ISO 8859-8: Hebrew.
pub(super) const ISO_8859_8: &str = "\
     \u{a0}\u{fffd}¢£¤¥¦§¨©×«¬\u{ad}®¯\
     °±²³´µ¶·¸¹÷»¼½¾\u{fffd}\
     \u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\
     \u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}‗\
     \u{5d0}\u{5d1}\u{5d2}\u{5d3}\u{5d4}\u{5d5}\u{5d6}\u{5d7}\u{5d8}\u{5d9}\u{5da}\u{5db}\u{5dc}\u{5dd}\u{5de}\u{5df}\
     \u{5e0}\u{5e1}\u{5e2}\u{5e3}\u{5e4}\u{5e5}\u{5e6}\u{5e7}\u{5e8}\u{5e9}\u{5ea}\u{fffd}\u{fffd}\u{200e}\u{200f}\u{fffd}";

/// ISO 8859-9: Turkish.
pub(super) const ISO_8859_9: &str = "\
     \u{a0}¡¢£¤¥¦§¨©ª«¬\u{ad}®¯\
     °±²³´µ¶·¸¹º»¼½¾¿\
     ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏ\
     ĞÑÒÓÔÕÖ×ØÙÚÛÜİŞß\
     àáâãäåæçèéêëìíîï\
     ğñòóôõö÷øùúûüışÿ";

/// Windows-1250: Central European, as Windows writes it.
pub(super) const WINDOWS_1250: &str = "\
     €\u{fffd}‚\u{fffd}„…†‡\u{fffd}‰Š‹ŚŤŽŹ\
     \u{fffd}‘’“”•–—\u{fffd}™š›śťžź\
     \u{a0}ˇ˘Ł¤Ą¦§¨©Ş«¬\u{ad}®Ż\
     °±˛ł´µ¶·¸ąş»Ľ˝ľż\
     ŔÁÂĂÄĹĆÇČÉĘËĚÍÎĎ\
     ĐŃŇÓÔŐÖ×ŘŮÚŰÜÝŢß\
     ŕáâăäĺćçčéęëěíîď\
     đńňóôőö÷řůúűüýţ˙";
