"""An order to its result with fhirpy: python with_fhirpy.py order|result BASE CLIENT SECRET NUMBER BUNDLE"""

import json
import sys
import urllib.parse
import urllib.request

from fhirpy import SyncFHIRClient
from fhirpy.base.exceptions import OperationOutcome, ResourceNotFound

step, base, client_id, secret, number, path = sys.argv[1:]


def token():
    form = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret}
    with urllib.request.urlopen(f"{base}/oauth2/token", urllib.parse.urlencode(form).encode()) as answer:
        return json.load(answer)["access_token"]


client = SyncFHIRClient(f"{base}/fhir", authorization=f"Bearer {token()}")
requests = client.resources("ServiceRequest").search(identifier=number)
text = open(path, encoding="utf-8").read()


def order():
    made = client.execute("", method="post", data=json.loads(text))
    assert made["type"] == "transaction-response", made
    assert requests.count() == 3, "the whole family"
    assert len(requests.limit(1).fetch_all()) == 3, "page by page"
    assert client.resources("ServiceRequest").count() >= 3
    proband = requests.include("ServiceRequest", "patient").fetch_raw()
    kinds = {entry["resource"]["resourceType"] for entry in proband["entry"]}
    assert kinds == {"ServiceRequest", "Patient"}, kinds
    first = requests.first()
    assert first["status"] == "active" and first.to_reference().to_resource()["id"] == first["id"]
    assert client.get("Patient", first["subject"]["reference"].split("/")[1])["resourceType"] == "Patient"
    assert requests.sort("-authored").fetch(), "what is not done is said, not refused"
    other = f"{number}-X"
    client.execute("", method="post", data=json.loads(text.replace(number, other)))
    ended = client.resources("ServiceRequest").search(identifier=other).first()
    assert client.patch("ServiceRequest", ended["id"], status="revoked")["status"] == "revoked", "a partial resource"
    hook = client.resource(
        "Subscription",
        status="requested",
        reason="To know",
        criteria="DiagnosticReport?status=final",
        channel={"type": "rest-hook", "endpoint": "https://hospital.example/notified", "payload": "application/fhir+json"},
    )
    hook.save()
    assert hook["status"] == "requested" and hook["id"], hook
    assert client.resources("Subscription").search(_id=hook["id"]).first()["criteria"] == "DiagnosticReport?status=final"
    hook.delete()
    assert client.resources("Subscription").search(_id=hook["id"]).count() == 0
    plans = client.resources("PlanDefinition").search(code="R98.2").fetch_all()
    assert [plan["id"] for plan in plans] == ["R98"], plans
    try:
        client.resources("Patient").search(birthdate="soon").fetch()
        raise AssertionError("a date that is none was searched for")
    except OperationOutcome as refused:
        assert "birthdate" in str(refused), refused
    try:
        client.get("DiagnosticReport", "018f0000-0000-7000-8000-000000000000")
        raise AssertionError("a report that is not there was read")
    except ResourceNotFound:
        pass


def result():
    request = next(one for one in requests.fetch_all() if "." not in one["id"])
    found = client.resources("DiagnosticReport").search(based_on=f"ServiceRequest/{request['id']}").include("DiagnosticReport", "result")
    entries = [entry["resource"] for entry in found.fetch_raw()["entry"]]
    report = next(one for one in entries if one["resourceType"] == "DiagnosticReport")
    assert report["status"] == "final" and report["conclusion"], report
    assert {one["id"] for one in entries if one["resourceType"] == "Observation"} == {
        reference["reference"].split("/")[1] for reference in report["result"]
    }
    patient = report["subject"]["reference"].split("/")[1]
    document = client.execute(f"Composition/{patient}/$document", method="get")
    assert document["type"] == "document" and document["entry"][0]["resource"]["resourceType"] == "Composition", document
    tasks = client.resources("Task").search(focus=f"ServiceRequest/{request['id']}", code="distribute-report")
    task = tasks.get()
    task["status"] = "completed"
    task.save()
    assert tasks.get()["status"] == "completed"


{"order": order, "result": result}[step]()
