// Prints the best candidates that wait for a decision, with what each would change. Needs nothing but Go.
//
//	go run .              the three best
//	go run . accept ID    makes an access profile of one
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/url"
	"os"
	"strings"
)

type candidate struct {
	ID               string `json:"id"`
	DisplayName      string `json:"displayName"`
	PeopleCount      int    `json:"peopleCount"`
	EntitlementCount int    `json:"entitlementCount"`
	GainCount        int    `json:"gainCount"`
	Etag             string `json:"etag"`
	AccessProfileID  string `json:"accessProfileId"`
}

var token string

func main() {
	log.SetFlags(0)
	token = fetchToken()
	if len(os.Args) == 3 && os.Args[1] == "accept" {
		fmt.Println(accept(os.Args[2]))
		return
	}
	var page struct{ Candidates []candidate }
	call("GET", "/candidates/v1/inbox?states=INBOX_STATE_OPEN&page_size=3", nil, &page)
	for _, one := range page.Candidates {
		fmt.Printf("%s: %d people, %d entitlements, %d gains (%s)\n",
			one.DisplayName, one.PeopleCount, one.EntitlementCount, one.GainCount, one.ID)
	}
}

// accept makes an access profile and returns its id.
func accept(id string) string {
	var read candidate
	call("GET", "/candidates/v1/inbox/"+url.PathEscape(id), nil, &read)
	// The etag says what was read: if somebody changed it meanwhile, nothing is decided.
	decision := map[string]any{"candidateId": read.ID, "etag": read.Etag, "accept": map[string]any{}}
	var answer struct {
		Results []struct {
			Candidate candidate
			Error     struct{ Message string }
		}
	}
	call("POST", "/candidates/v1/inbox:decide", map[string]any{"decisions": []any{decision}}, &answer)
	result := answer.Results[0]
	if result.Error.Message != "" {
		log.Fatal(result.Error.Message)
	}
	return result.Candidate.AccessProfileID
}

// fetchToken asks by OAuth 2.0 client credentials; a token lives an hour.
func fetchToken() string {
	form := url.Values{
		"grant_type":    {"client_credentials"},
		"client_id":     {os.Getenv("ASSAY_CLIENT_ID")},
		"client_secret": {os.Getenv("ASSAY_CLIENT_SECRET")},
	}
	var answer struct {
		AccessToken string `json:"access_token"`
	}
	send("POST", "/auth/v1/token", "application/x-www-form-urlencoded", strings.NewReader(form.Encode()), &answer)
	return answer.AccessToken
}

func call(method, path string, body, answer any) {
	var bytesOfBody io.Reader
	if body != nil {
		encoded, err := json.Marshal(body)
		if err != nil {
			log.Fatal(err)
		}
		bytesOfBody = bytes.NewReader(encoded)
	}
	send(method, path, "application/json", bytesOfBody, answer)
}

// send ends the program with the platform's words when it refuses.
func send(method, path, contentType string, body io.Reader, answer any) {
	base := os.Getenv("ASSAY_URL")
	if base == "" {
		base = "http://127.0.0.1:8080"
	}
	request, err := http.NewRequest(method, base+path, body)
	if err != nil {
		log.Fatal(err)
	}
	request.Header.Set("Content-Type", contentType)
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		log.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		log.Fatalf("%s %s: %d %s %v", method, path, response.StatusCode, text, err)
	}
	if err := json.Unmarshal(text, answer); err != nil {
		log.Fatal(err)
	}
}
