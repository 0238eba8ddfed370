use super::*;
use serde_json::{Value, json};

const RSA: &str = include_str!("tests/rsa.pem");
const P256: &str = include_str!("tests/p256.pem");
const P384: &str = include_str!("tests/p384.pem");
/// Their public halves, and tokens that OpenSSL 3 signed with them, one for each algorithm.
const KEYS: &str = include_str!("tests/keys.json");
const SIGNED: &str = include_str!("tests/signed.txt");
/// When those were made.
const MADE: i64 = 1_700_000_000;

fn audience() -> Vec<String> {
    vec!["https://gms.example.nhs.uk/oauth2/token".to_owned()]
}

#[test]
fn tokens_of_another_program_are_verified_and_nothing_else() {
    let keys = Keys::read(KEYS).expect("keys");
    let audiences = audience();
    for text in SIGNED.lines() {
        let claims = Token::read(text).expect("a token").verified(&keys).expect("a signature");
        let expected = Expected { issuer: "c1", audiences: &audiences, now: MADE, seconds_most: Some(300) };
        assert_eq!(claims.check(&expected), Ok(()));
        assert_eq!(claims.used_once(), Ok(("id-1", MADE + 360)));
        // One letter of what it says, and one of its signature.
        let middle = text.find('.').expect("dots") + 9;
        for place in [middle, text.len() - 9] {
            let other = if &text[place..=place] == "A" { "B" } else { "A" };
            let changed = format!("{}{other}{}", &text[..place], &text[place + 1..]);
            let is_refused = Token::read(&changed).and_then(|token| token.verified(&keys)).is_err();
            assert!(is_refused, "{changed}");
        }
    }
}

/// The published example of a signature with ES256. Source: RFC 7515, appendix A.3.
#[test]
fn the_example_of_the_rfc_is_verified() {
    let keys =
        r#"{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}"#;
    let token = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
    let claims = Token::read(token).expect("a token").verified(&Keys::read(keys).expect("a key")).expect("a signature");
    assert_eq!((claims.text("iss"), claims.moment("exp")), (Some("joe"), Some(1_300_819_380)));
}

#[test]
fn what_is_signed_here_is_verified_by_its_public_half() {
    for pem in [RSA, P256, P384] {
        let signer = Signer::read(pem).expect("a key");
        let keys = Keys::read(&signer.key_set().to_string()).expect("public keys");
        for algorithm in signer.algorithms() {
            let text = signer.sign(*algorithm, &json!({ "iss": "gms" })).expect("signed");
            let token = Token::read(&text).expect("a token");
            assert!(token.key.is_some());
            assert_eq!(token.verified(&keys).expect("a signature").text("iss"), Some("gms"), "{algorithm:?}");
        }
        assert!(signer.sign(Algorithm::EdDsa, &json!({})).is_err());
    }
    for wrong in ["", "-----BEGIN PRIVATE KEY-----", "-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----"] {
        assert_eq!(Signer::read(wrong).err(), Some(SignerFault::NotRead));
    }
}

/// A token with a header and claims, and a signature that is none.
fn forged(header: &Value) -> String {
    format!("{}.{}.{}", encoded(header.to_string()), encoded(r#"{"iss":"c1"}"#), encoded("none"))
}

#[test]
fn an_algorithm_without_a_key_of_the_senders_own_does_not_exist() {
    let keys = Keys::read(KEYS).expect("keys");
    for alg in [json!("none"), json!("None"), json!("HS256"), json!("HS512"), json!("ES512"), json!("RSA-OAEP"), json!(7), Value::Null] {
        let said = Token::read(&forged(&json!({ "alg": alg }))).err().map(|fault| fault.to_string()).unwrap_or_default();
        assert!(said.contains("is not taken"), "{alg}: {said}");
    }
    let cases = [
        (forged(&json!({ "alg": "RS384", "kid": "rsa" })), "does not fit"),
        // A key of one kind never checks a signature of another.
        (forged(&json!({ "alg": "RS384", "kid": "p384" })), "does not fit"),
        (forged(&json!({ "alg": "ES384", "kid": "p256" })), "does not fit"),
        (forged(&json!({ "alg": "ES384", "kid": "gone" })), "kid 'gone'"),
        (forged(&json!({ "alg": "ES384", "crit": ["exp"] })), "crit"),
        ("gms_0123".to_owned(), "no dots"),
        ("a.b".to_owned(), "one dot"),
        ("a.b.c.d".to_owned(), "more than two"),
        ("é.é.é".to_owned(), "header is no JSON"),
        (format!("{}.e30.", encoded("[]")), "header is no JSON"),
        ("x".repeat(40_000), "too long"),
    ];
    for (text, says) in cases {
        let said = Token::read(&text).and_then(|token| token.verified(&keys)).expect_err("refused").to_string();
        assert!(said.contains(says), "{text:.60}: {said}");
    }
}

#[test]
fn keys_that_are_not_public_or_not_for_signatures_are_not_taken() {
    let part = "A".repeat(64);
    let point = |extra: &str| format!(r#"{{"kty":"EC","crv":"P-384","x":"{part}","y":"{part}"{extra}}}"#);
    for (text, says) in [
        (String::new(), "no set of keys"),
        ("{}".to_owned(), "keys is missing"),
        (r#"{"keys":[]}"#.to_owned(), "No key"),
        (r#"{"keys":[{"kty":"oct","k":"c2VjcmV0"}]}"#.to_owned(), "private or shared"),
        (format!(r#"{{"keys":[{},{}]}}"#, point(""), point(r#","d":"AAAA""#)), "keys[1] holds a private"),
        (point(r#","use":"enc""#), "No key"),
        (point(r#","alg":"ECDH-ES""#), "No key"),
        (r#"{"kty":"RSA","n":"AQAB","e":"AQAB"}"#.to_owned(), "No key"),
        (format!(r#"{{"keys":[{}]}}"#, vec![point(""); 101].join(",")), "more than 100"),
    ] {
        let said = Keys::read(&text).expect_err("refused").to_string();
        assert!(said.contains(says), "{text:.60}: {said}");
    }
    let mixed = format!(r#"{{"keys":[{{"kty":"EC","crv":"P-521"}},{{"kty":7}},{}]}}"#, point(r#","kid":"a""#));
    assert!(Keys::read(&mixed).expect("one").has("a"));
}

#[test]
fn a_token_counts_for_one_reader_and_for_minutes() {
    let audiences = audience();
    let check = |claims: Value| {
        let mut whole = json!({ "iss": "c1", "aud": audiences[0], "exp": MADE + 300, "iat": MADE });
        for (name, value) in claims.as_object().expect("claims") {
            whole[name] = value.clone();
        }
        let Value::Object(whole) = whole else { panic!("an object") };
        let expected = Expected { issuer: "c1", audiences: &audiences, now: MADE, seconds_most: Some(300) };
        Claims(whole).check(&expected).err().map(|fault| fault.to_string()).unwrap_or_default()
    };
    assert_eq!(check(json!({})), "");
    assert_eq!(check(json!({ "aud": ["https://other.example", audiences[0]], "exp": MADE as f64 + 0.5, "nbf": MADE })), "");
    for (claims, says) in [
        (json!({ "iss": "c2" }), "iss is 'c2'"),
        (json!({ "iss": 7 }), "iss is missing"),
        (json!({ "aud": "https://other.example/oauth2/token" }), "aud is 'https://other.example"),
        (json!({ "aud": format!("{}/", audiences[0]) }), "aud is"),
        (json!({ "aud": [] }), "aud is missing"),
        (json!({ "exp": MADE - 61 }), "exp is 61 seconds ago"),
        (json!({ "exp": MADE + 361 }), "exp is 361 seconds ahead"),
        (json!({ "exp": i64::MAX }), "seconds ahead"),
        (json!({ "exp": i64::MIN }), "seconds ago"),
        (json!({ "exp": 1e300 }), "seconds ahead"),
        (json!({ "exp": "1700000300" }), "exp is missing"),
        (json!({ "exp": null }), "exp is missing"),
        (json!({ "nbf": MADE + 61 }), "nbf lies in the future"),
        (json!({ "iat": MADE + 61 }), "iat lies in the future"),
        (json!({ "iat": MADE - 3601 }), "iat is more than"),
    ] {
        let said = check(claims.clone());
        assert!(said.contains(says), "{claims}: {said}");
    }
}
